import { useEffect, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Change } from '../link/protocol';
import { ChangesList } from './changes-list';

const PATIENCE_MS = 60_000;

interface Props {
  link: PanelLink;
  persona: string;
  version: number;
  /** Another number: the texts are not those that were looked through. */
  texts: number;
}

/** Where what was learned tells most; it takes the engine some seconds to find out. */
export function Changes({ link, persona, version, texts }: Props) {
  const [asked, setAsked] = useState({ texts });
  const [found, setFound] = useState<Change[] | 'looking' | 'unanswered'>('looking');
  const look = () => setAsked({ texts });

  useEffect(() => {
    let isWanted = true;
    const tell = (answer: Change[] | undefined) => {
      if (isWanted) setFound(answer ?? 'unanswered');
      isWanted = false;
    };
    setFound('looking');
    const timer = setTimeout(tell, PATIENCE_MS);
    const question = { type: 'changes_query', persona } as const;
    void link.ask('changes', question).then((answer) => tell(answer?.changes));
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
    // `version` and `asked` are not read: they only say that the answer is out of date.
  }, [link, persona, version, asked]);

  const isOutdated = asked.texts !== texts;
  useEffect(() => {
    if (isOutdated && found === 'looking') look();
  }, [isOutdated, found]);

  return (
    <div class="changes" aria-live="polite">
      {found === 'looking' && (
        <p class="quiet">
          Reading your newest texts with and without what was learned. This takes some seconds…
        </p>
      )}
      {found === 'unanswered' && (
        <Again what="PLM could not look into it just now." onLook={look} />
      )}
      {Array.isArray(found) &&
        (isOutdated ? (
          <Again what="Your texts have changed since." onLook={look} />
        ) : (
          <ChangesList changes={found} />
        ))}
    </div>
  );
}

function Again({ what, onLook }: { what: string; onLook: () => void }) {
  return (
    <div class="row">
      <span class="quiet">{what}</span>
      <button class="button small" type="button" onClick={onLook}>
        Look again
      </button>
    </div>
  );
}
