import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { DocumentCard } from './document-card';
import type { DocumentPages } from './document-pages';
import { isTicked, type Selecting } from './selection';
import { dateLabel, dayLabel } from './timeline';
import { useVirtualList } from './virtual-list';

const USUAL_HEIGHT = 134;

interface Props {
  documents: DocumentPages;
  total: number;
  showsPersona: boolean;
  selecting: Selecting;
  onSite: (site: string) => void;
  onDelete: (id: number) => void;
  /** The day at the top of what is in sight. */
  onDay: (day: string) => void;
}

/** All of them, day by day; only those in sight are on the page. */
export function DocumentList(props: Props) {
  const { documents, total, showsPersona, selecting, onSite, onDelete, onDay } = props;
  const element = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  const list = useVirtualList({
    count: total,
    estimate: USUAL_HEIGHT,
    margin,
    scroller: () => element.current?.closest<HTMLElement>('.panel-body') ?? null,
    keyOf: (index) => {
      const document = documents.at(index);
      return document ? `document ${document.id}` : `place ${index}`;
    },
  });
  useLayoutEffect(() => setMargin(element.current?.offsetTop ?? 0));

  const rows = list.getVirtualItems();
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => documents.want(first, last));

  const now = new Date();
  const dayAt = (index: number) => {
    const document = documents.at(index);
    return document && dayLabel(new Date(document.created_at), now);
  };
  const top = documents.at(list.range?.startIndex ?? 0)?.created_at;
  useEffect(() => {
    if (top) onDay(dateLabel(top));
  }, [top, onDay]);

  return (
    <ul class="documents" ref={element} style={{ height: `${list.getTotalSize()}px` }}>
      {rows.map(({ key, index, start }) => {
        const document = documents.at(index);
        const day = dayAt(index);
        return (
          <li
            key={key}
            ref={list.measureElement}
            data-index={index}
            aria-setsize={total}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - margin}px)` }}
          >
            {day && (index === 0 || day !== dayAt(index - 1)) && <h2>{day}</h2>}
            {document ? (
              <DocumentCard
                document={document}
                showsPersona={showsPersona}
                tick={
                  selecting.selection.ids && {
                    isTicked: isTicked(selecting.selection, document.id),
                    onToggle: (isRange) =>
                      selecting.toggle(
                        document.id,
                        documents.loaded.map(({ id }) => id),
                        isRange,
                      ),
                  }
                }
                onSite={onSite}
                onDelete={() => onDelete(document.id)}
              />
            ) : (
              <div class="document unread" />
            )}
          </li>
        );
      })}
    </ul>
  );
}
