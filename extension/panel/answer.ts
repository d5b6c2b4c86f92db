import { useEffect, useState } from 'preact/hooks';
import type { PanelQuestion } from '../link/contract';
import type { Answer, PanelLink } from '../link/panel-link';
import type { DaemonMessage } from '../link/protocol';

/**
 * The daemon's answer, null until there is one. Asked for again when the question is another, or
 * when `freshness` changes.
 */
export function useAnswer<T extends DaemonMessage['type']>(
  link: PanelLink,
  type: T,
  question: PanelQuestion,
  freshness: unknown,
): Answer<T> | null {
  const [answer, setAnswer] = useState<Answer<T> | null>(null);
  const asked = JSON.stringify(question);
  useEffect(() => {
    let isWanted = true;
    void link.ask(type, question).then((found) => {
      if (found && isWanted) setAnswer(found);
    });
    return () => {
      isWanted = false;
    };
    // `freshness` is not read: it only says that the answer is out of date.
  }, [link, type, asked, freshness]);
  return answer;
}
