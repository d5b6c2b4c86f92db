/** Kept texts as a file: for `plm import` and other programs, or to read. */

import type { PanelLink } from '../link/panel-link';
import type { CapturesQuery, Document, Place } from '../link/protocol';

const PAGE = 200;

/** What the daemon is asked for, but for the page. */
export type Wanted = Omit<CapturesQuery, 'type' | 'id' | 'limit' | 'offset' | 'older_than'>;

interface Format {
  ending: string;
  mediaType: string;
  entry: (document: Document) => string;
}

export const FORMATS = {
  jsonl: { ending: 'jsonl', mediaType: 'application/jsonl', entry: jsonLine },
  markdown: { ending: 'md', mediaType: 'text/markdown', entry: markdownSection },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

/** False when the daemon stopped answering, or `end` was aborted: there is no file then. */
export async function exportDocuments(
  link: PanelLink,
  wanted: Wanted,
  format: FormatName,
  onProgress: (done: number) => void,
  end: AbortSignal,
): Promise<boolean> {
  const { ending, mediaType, entry } = FORMATS[format];
  const parts: string[] = [];
  let last: Place | null = null;
  let more = true;
  while (more) {
    const page: Awaited<ReturnType<typeof nextPage>> = await nextPage(link, wanted, last);
    if (!page || end.aborted) return false;
    parts.push(...page.documents.map(entry));
    last = page.documents.at(-1) ?? null;
    more = page.more;
    onProgress(parts.length);
  }
  save(
    new Blob(parts, { type: mediaType }),
    `plm-${new Date().toISOString().slice(0, 10)}.${ending}`,
  );
  return true;
}

export function jsonLine({ created_at: ts, site, kind, text }: Document): string {
  return `${JSON.stringify({ author: 'me', ts, site, kind, text })}\n`;
}

/** As `plm captures export --format markdown` writes it. */
export function markdownSection({ created_at, site, text }: Document): string {
  return `## ${site}, ${created_at}\n\n${text}\n\n`;
}

function nextPage(link: PanelLink, wanted: Wanted, last: Place | null) {
  const older_than = last && { created_at: last.created_at, id: last.id };
  return link.ask('captures', { type: 'captures_query', ...wanted, older_than, limit: PAGE });
}

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
