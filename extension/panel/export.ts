/** Everything that is kept, as one JSON Lines file: the format that `plm import` reads. */

import type { PanelLink } from '../link/panel-link';
import type { Document } from '../link/protocol';
import type { Filter } from './page';

const PAGE = 200;

/** Null: all of them. */
type Whose = Pick<Filter, 'site' | 'persona'>;

export async function exportDocuments(link: PanelLink, whose: Whose): Promise<boolean> {
  const lines: string[] = [];
  for await (const document of allDocuments(link, whose)) {
    if (!document) return false;
    lines.push(jsonLine(document));
  }
  save(lines.join(''), `plm-${new Date().toISOString().slice(0, 10)}.jsonl`);
  return true;
}

export function jsonLine({ created_at: ts, site, kind, text }: Document): string {
  return `${JSON.stringify({ author: 'me', ts, site, kind, text })}\n`;
}

/** Page by page; null when the daemon stopped answering. */
async function* allDocuments(link: PanelLink, whose: Whose): AsyncGenerator<Document | null> {
  let before: number | null = null;
  let more = true;
  while (more) {
    const page: Awaited<ReturnType<typeof nextPage>> = await nextPage(link, whose, before);
    if (!page) {
      yield null;
      return;
    }
    yield* page.documents;
    before = page.documents.at(-1)?.id ?? null;
    more = page.more && before !== null;
  }
}

function nextPage(link: PanelLink, { site, persona }: Whose, before: number | null) {
  return link.ask('captures', { type: 'captures_query', site, persona, before, limit: PAGE });
}

function save(content: string, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/jsonl' }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
