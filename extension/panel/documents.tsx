import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Captures } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';
import { DocumentCard } from './document-card';
import { exportDocuments } from './export';
import { byDay } from './timeline';

const PAGE = 50;
const TYPING_PAUSE_MS = 120;

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** The timeline of what is kept, with search. */
export function Documents({ link, daemon }: Props) {
  const [query, setQuery] = useState('');
  const [site, setSite] = useState('');
  const [limit, setLimit] = useState(PAGE);
  const page = usePage(link, daemon.changes, query, site, limit);
  const sites = daemon.sites.filter((rule) => rule.documents > 0);

  return (
    <>
      <search class="filters">
        <input
          class="text-field"
          type="search"
          aria-label="Search what is kept"
          placeholder="Search what is kept"
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <select
          class="text-field"
          aria-label="Site"
          value={site}
          onChange={(event) => setSite(event.currentTarget.value)}
        >
          <option value="">All sites</option>
          {sites.map((rule) => (
            <option key={rule.site} value={rule.site}>
              {rule.site}
            </option>
          ))}
        </select>
      </search>
      {page && page.documents.length > 0 && (
        <div class="summary">
          <span aria-live="polite">{countLabel(page.total, query)}</span>
          <button
            class="button small plain"
            type="button"
            onClick={() => void exportDocuments(link, site || null)}
          >
            Export
          </button>
        </div>
      )}
      {page && page.documents.length === 0 && <Nothing isSearch={query !== '' || site !== ''} />}
      {page &&
        byDay(page.documents, new Date()).map((day) => (
          <section key={day.label} class="day">
            <h2>{day.label}</h2>
            {day.documents.map((document) => (
              <DocumentCard
                key={document.id}
                document={document}
                onDelete={() =>
                  void link.ask('deleted', { type: 'captures_delete', documents: [document.id] })
                }
              />
            ))}
          </section>
        ))}
      {page?.more && (
        <button class="button" type="button" onClick={() => setLimit(Math.min(limit + PAGE, 200))}>
          Show more
        </button>
      )}
    </>
  );
}

/** The newest documents that match, asked for again whenever they may have changed. */
function usePage(
  link: PanelLink,
  changes: number,
  query: string,
  site: string,
  limit: number,
): Captures | null {
  const [page, setPage] = useState<Captures | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    const timer = setTimeout(async () => {
      const question = { type: 'captures_query', query, site: site || null, limit } as const;
      const answer = await link.ask('captures', question);
      if (answer && mine === asked.current) setPage(answer);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
    // `changes` is not read: it only says that the answer is out of date.
  }, [link, changes, query, site, limit]);
  return page;
}

function countLabel(total: number, query: string): string {
  const texts = total === 1 ? '1 text' : `${total.toLocaleString()} texts`;
  return query ? `${texts} found` : texts;
}

function Nothing({ isSearch }: { isSearch: boolean }) {
  if (isSearch) return <p class="empty">Nothing found.</p>;
  return (
    <section class="empty">
      <h2>Nothing is kept yet</h2>
      <p>
        PLM keeps what you write only on sites that you switch on. Open such a site, click the PLM
        icon in the toolbar, and switch on “Keep what I write”.
      </p>
      <p>What is kept stays on this computer, encrypted, and can be deleted here at any time.</p>
    </section>
  );
}
