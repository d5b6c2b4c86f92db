import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { DocumentCard, type Tick } from './document-card';
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
export function DocumentList({ documents, total, onDay, ...cards }: Props) {
  const element = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  const { version } = documents;
  // As long as it stays the same function, the list does not ask for a hundred thousand keys anew.
  const keyOf = useMemo(() => keysAt(documents, version), [documents, version]);
  const list = useVirtualList({
    count: total,
    estimate: USUAL_HEIGHT,
    margin,
    scroller: () => element.current?.closest<HTMLElement>('.panel-body') ?? null,
    keyOf,
  });
  useEffect(() => list.scrollToOffset(0), [list, documents]);
  useLayoutEffect(() => setMargin(element.current?.offsetTop ?? 0));

  const rows = list.getVirtualItems();
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => documents.want(first, last));

  const top = documents.at(list.range?.startIndex ?? 0)?.created_at;
  useEffect(() => {
    if (top) onDay(dateLabel(top));
  }, [top, onDay]);

  return (
    <ul class="documents" ref={element} style={{ height: `${list.getTotalSize()}px` }}>
      {rows.map(({ key, index, start }) => (
        <li
          key={key}
          ref={list.measureElement}
          data-index={index}
          aria-setsize={total}
          aria-posinset={index + 1}
          style={{ transform: `translateY(${start - margin}px)` }}
        >
          <Row {...cards} documents={documents} index={index} />
        </li>
      ))}
    </ul>
  );
}

/** A text keeps its key where others come or go before it. */
function keysAt(documents: DocumentPages, version: number): (index: number) => string {
  return (index) => {
    const document = documents.at(index);
    return document ? `document ${document.id}` : `place ${index} of ${version}`;
  };
}

type RowProps = Omit<Props, 'total' | 'onDay'> & { index: number };

/** One text, below its day where that begins. */
function Row({ documents, index, selecting, showsPersona, onSite, onDelete }: RowProps) {
  const document = documents.at(index);
  if (!document) return <div class="document unread" />;
  const day = dayOf(documents, index);
  return (
    <>
      {(index === 0 || day !== dayOf(documents, index - 1)) && <h2>{day}</h2>}
      <DocumentCard
        document={document}
        showsPersona={showsPersona}
        tick={tickOf(selecting, document.id, documents)}
        onSite={onSite}
        onDelete={() => onDelete(document.id)}
      />
    </>
  );
}

function dayOf(documents: DocumentPages, index: number): string | undefined {
  const document = documents.at(index);
  return document && dayLabel(new Date(document.created_at), new Date());
}

function tickOf(selecting: Selecting, id: number, documents: DocumentPages): Tick | null {
  if (!selecting.selection.ids) return null;
  const between = (one: number, other: number) => documents.idsBetween(one, other);
  return {
    isTicked: isTicked(selecting.selection, id),
    isFixed: selecting.selection.isAll,
    onToggle: (isRange) => selecting.toggle(id, isRange ? between : null),
  };
}
