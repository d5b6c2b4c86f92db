import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { isSite } from '../look/site-names';
import { counted } from './counted';
import { DeletionDialog } from './deletion-dialog';
import { DocumentFilters } from './document-filters';
import { DocumentList } from './document-list';
import type { Wanted } from './export';
import { ExportDialog } from './export-dialog';
import { EVERYTHING, type Filter, isEverything, matching } from './filter';
import { NeverHere } from './never-here';
import { NO_SELECTION, NOTHING_TICKED, useSelecting } from './selection';
import { SelectionBar } from './selection-bar';
import { useDocuments } from './use-documents';

interface Props {
  link: PanelLink;
  daemon: Daemon;
}

/** The timeline of what is kept: to search, to read, to export, to delete. */
export function Documents({ link, daemon }: Props) {
  const [chosen, setChosen] = useState(EVERYTHING);
  const filter = without(chosen, daemon);
  const documents = useDocuments(link, daemon.changes, filter);
  const selecting = useSelecting();
  const [day, setDay] = useState('');
  const [exported, setExported] = useState<Wanted | null>(null);
  const [doomed, setDoomed] = useState<Wanted | null>(null);

  const { ids, isAll } = selecting.selection;
  const total = documents.total ?? 0;
  const wanted: Wanted = ids && !isAll ? { documents: [...ids] } : matching(filter);
  const count = ids && !isAll ? ids.size : total;
  const rule = daemon.sites.find(({ site }) => site === filter.site);

  const choose = (part: Partial<Filter>) => {
    setChosen({ ...filter, ...part });
    selecting.set(NO_SELECTION);
  };
  const remove = (which: Wanted) => {
    const all = isEverything(filter) && !which.documents;
    void link.ask('deleted', { type: 'captures_delete', ...(all ? { everything: true } : which) });
    selecting.set(NO_SELECTION);
  };

  return (
    <>
      <DocumentFilters daemon={daemon} filter={filter} onChange={choose} />
      {rule && isSite(rule.site) && (
        <div class="summary">
          <span>{rule.capture ? 'Kept from there' : 'Nothing more is kept from there'}</span>
          {(rule.capture || rule.completions !== false) && <NeverHere link={link} rule={rule} />}
        </div>
      )}
      {documents.total === 0 && <Nothing isSearch={!isEverything(filter)} />}
      {total > 0 && (
        <>
          <div class="summary sticky">
            <span aria-live="polite">
              {counted(total, 'text')}
              {filter.query && ' found'}
            </span>
            <span class="day-in-sight">{day}</span>
            <button
              class="button small plain"
              type="button"
              onClick={() => selecting.set(ids ? NO_SELECTION : NOTHING_TICKED)}
            >
              {ids ? 'Done' : 'Select'}
            </button>
            <button class="button small plain" type="button" onClick={() => setExported(wanted)}>
              Export
            </button>
          </div>
          <DocumentList
            documents={documents}
            total={total}
            showsPersona={daemon.personas.length > 1}
            selecting={selecting}
            onSite={(site) => choose({ site })}
            onDelete={(id) => remove({ documents: [id] })}
            onDay={setDay}
          />
          {ids && (
            <SelectionBar
              selecting={selecting}
              total={total}
              onExport={() => setExported(wanted)}
              onDelete={() => setDoomed(wanted)}
            />
          )}
        </>
      )}
      <ExportDialog link={link} wanted={exported} count={count} onClose={() => setExported(null)} />
      <DeletionDialog
        doomed={doomed && JSON.stringify(doomed)}
        title={`Delete ${counted(count, 'text')}?`}
        verb="Delete for good"
        onDelete={() => doomed && remove(doomed)}
        onClose={() => setDoomed(null)}
      >
        <p>PLM also forgets what it learned from them. This cannot be undone.</p>
      </DeletionDialog>
    </>
  );
}

/** A persona that was removed while it was chosen is chosen no more. */
function without(filter: Filter, { personas }: Daemon): Filter {
  const isThere = personas.some(({ name }) => name === filter.persona);
  return isThere ? filter : { ...filter, persona: null };
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
