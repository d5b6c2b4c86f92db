import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import { DocumentPages } from './document-pages';
import { type Filter, matching } from './filter';

const TYPING_PAUSE_MS = 50;

/** The kept texts that match, up to date however they change. */
export function useDocuments(link: PanelLink, changes: number, filter: Filter): DocumentPages {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const settled = useSettled(JSON.stringify(filter));
  const documents = useMemo(() => {
    const filter: Filter = JSON.parse(settled);
    const ask = (offset: number, limit: number) =>
      link.ask('captures', { type: 'captures_query', ...matching(filter), offset, limit });
    return new DocumentPages(filter, ask, () => redraw(undefined));
  }, [link, settled]);
  // `changes` is not read: it only says that what is known is out of date.
  useEffect(() => {
    documents.outdate();
    documents.want(0, 0);
    redraw(undefined);
  }, [documents, changes]);
  // What was found before stays until something else is.
  const shown = useRef(documents);
  if (documents.total !== null) shown.current = documents;
  return shown.current;
}

/** The value, once it has stayed the same for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
