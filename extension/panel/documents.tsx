import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { counted } from './counted';
import { DocumentCard } from './document-card';
import { DocumentFilters } from './document-filters';
import { exportDocuments } from './export';
import { EVERYTHING, type Filter, usePage } from './page';
import { byDay } from './timeline';

const PAGE = 50;

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** The timeline of what is kept, with search. */
export function Documents({ link, daemon }: Props) {
  const [chosen, setChosen] = useState(EVERYTHING);
  const [limit, setLimit] = useState(PAGE);
  const filter = without(chosen, daemon);
  const page = usePage(link, daemon.changes, filter, limit);
  const isFiltered = JSON.stringify(filter) !== JSON.stringify(EVERYTHING);

  return (
    <>
      <DocumentFilters
        daemon={daemon}
        filter={filter}
        onChange={(part) => setChosen({ ...filter, ...part })}
      />
      {page && page.documents.length > 0 && (
        <div class="summary">
          <span aria-live="polite">{countLabel(page.total, filter.query)}</span>
          <button
            class="button small plain"
            type="button"
            onClick={() => void exportDocuments(link, filter)}
          >
            Export
          </button>
        </div>
      )}
      {page && page.documents.length === 0 && <Nothing isSearch={isFiltered} />}
      {page &&
        byDay(page.documents, new Date()).map((day) => (
          <section key={day.label} class="day">
            <h2>{day.label}</h2>
            {day.documents.map((document) => (
              <DocumentCard
                key={document.id}
                document={document}
                showsPersona={daemon.personas.length > 1}
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

/** A persona that was removed while it was chosen is chosen no more. */
function without(filter: Filter, { personas }: Daemon): Filter {
  const isThere = personas.some(({ name }) => name === filter.persona);
  return isThere ? filter : { ...filter, persona: null };
}

function countLabel(total: number, query: string): string {
  return query ? `${counted(total, 'text')} found` : counted(total, 'text');
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
