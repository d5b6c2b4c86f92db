import { useEffect, useRef, useState } from 'preact/hooks';
import type { Document } from '../link/protocol';
import { personaLabel } from '../look/persona-names';
import { siteLabel } from '../look/site-names';
import { pieces } from './highlight';
import { dateLabel, timeLabel } from './timeline';

const LONG = 280;

interface Props {
  document: Document;
  /** Pointless where there is but one, or where all are of one. */
  showsPersona: boolean;
  /** Where it does not stand under its day. */
  showsDay?: boolean;
  /** Null: it cannot be ticked right now. */
  tick?: Tick | null;
  /** Its site was chosen, to see what else is from there. */
  onSite?: (site: string) => void;
  onDelete: () => void;
}

export interface Tick {
  isTicked: boolean;
  /** As all are, with those that were not scrolled to. */
  isFixed: boolean;
  /** `isRange`: and all from the one before to this one. */
  onToggle: (isRange: boolean) => void;
}

/** One kept text: where, when, what; and away with it. */
export function DocumentCard(props: Props) {
  const { document, showsPersona, showsDay = false, tick, onSite, onDelete } = props;
  const [isOpen, setOpen] = useState(false);
  const [isDoubted, setDoubted] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  // The button that had the focus has gone.
  useEffect(() => keep.current?.focus(), [isDoubted]);
  const label = showsDay ? dateLabel : timeLabel;
  const isLong = document.text.length > LONG || document.text.split('\n').length > 6;
  const hasMore = isLong || isExcerpt(document);

  return (
    <article class={tick?.isTicked ? 'document ticked' : 'document'}>
      <header>
        {tick && (
          <input
            type="checkbox"
            aria-label={`Select the text from ${siteLabel(document.site)}, ${dateLabel(document.created_at)}, ${timeLabel(document.created_at)}`}
            checked={tick.isTicked}
            disabled={tick.isFixed}
            onClick={(event) => tick.onToggle(event.shiftKey)}
          />
        )}
        {onSite ? (
          <button class="site" type="button" onClick={() => onSite(document.site)}>
            {siteLabel(document.site)}
          </button>
        ) : (
          <span class="site">{siteLabel(document.site)}</span>
        )}
        {showsPersona && <span class="mark">{personaLabel(document.persona)}</span>}
        <time dateTime={document.created_at}>{label(document.created_at)}</time>
      </header>
      <p class={isOpen ? 'text' : 'text clamped'} dir="auto">
        {isOpen || document.snippet === null ? (
          document.text
        ) : (
          <Marked snippet={document.snippet} />
        )}
      </p>
      <footer>
        <span class="origin">{originLabel(document)}</span>
        {hasMore && (
          <button class="button small plain" type="button" onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Less' : 'More'}
          </button>
        )}
        {isDoubted ? (
          <>
            <button class="button small danger" type="button" onClick={onDelete}>
              Delete for good
            </button>
            <button
              ref={keep}
              class="button small plain"
              type="button"
              onClick={() => setDoubted(false)}
            >
              Keep
            </button>
          </>
        ) : (
          <button class="button small plain" type="button" onClick={() => setDoubted(true)}>
            Delete
          </button>
        )}
      </footer>
    </article>
  );
}

function Marked({ snippet }: { snippet: string }) {
  return <>{pieces(snippet).map(({ text, isHit }) => (isHit ? <mark>{text}</mark> : text))}</>;
}

function isExcerpt({ text, snippet }: Document): boolean {
  return snippet !== null && pieces(snippet).reduce((all, piece) => all + piece.text, '') !== text;
}

function originLabel({ typed_chars, pasted_chars }: Document): string {
  const typed = `${typed_chars.toLocaleString()} characters typed`;
  return pasted_chars > 0 ? `${typed}, ${pasted_chars.toLocaleString()} pasted` : typed;
}
