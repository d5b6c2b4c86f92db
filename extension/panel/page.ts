import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Captures } from '../link/protocol';

const TYPING_PAUSE_MS = 120;

/** Which of the kept texts are wanted; null and the empty query: all of them. */
export interface Filter {
  query: string;
  site: string | null;
  persona: string | null;
}

export const EVERYTHING: Filter = { query: '', site: null, persona: null };

/** The newest documents that match, asked for again whenever they may have changed. */
export function usePage(
  link: PanelLink,
  changes: number,
  { query, site, persona }: Filter,
  limit: number,
): Captures | null {
  const [page, setPage] = useState<Captures | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    const timer = setTimeout(async () => {
      const question = { type: 'captures_query', query, site, persona, limit } as const;
      const answer = await link.ask('captures', question);
      if (answer && mine === asked.current) setPage(answer);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
    // `changes` is not read: it only says that the answer is out of date.
  }, [link, changes, query, site, persona, limit]);
  return page;
}
