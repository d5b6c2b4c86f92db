import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Daemon } from '../look/daemon-state';
import { counted } from './counted';
import { DeletionDialog } from './deletion-dialog';
import { DocumentFilters } from './document-filters';
import { DocumentList } from './document-list';
import type { Wanted } from './export';
import { ExportDialog } from './export-dialog';
import { EVERYTHING, type Filter, isEverything, matching } from './filter';
import { NO_SELECTION, useSelecting } from './selection';
import { SelectionBar } from './selection-bar';
import { SiteLine } from './site-line';
import { SummaryLine } from './summary-line';
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
  const [exported, setExported] = useState<Some | null>(null);
  const [doomed, setDoomed] = useState<Some | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const total = documents.total ?? 0;
  const { ids, isAll } = selecting.selection;
  // What is done is done to what is shown, not to what was just typed and is yet to be found.
  const shown = documents.filter;
  const found: Some = { wanted: matching(shown), count: total };
  const ticked: Some = isAll || !ids ? found : { wanted: { documents: [...ids] }, count: ids.size };

  const choose = (part: Partial<Filter>) => {
    setChosen({ ...filter, ...part });
    selecting.set(NO_SELECTION);
  };
  const remove = async (which: Wanted) => {
    selecting.set(NO_SELECTION);
    const question = { type: 'captures_delete', ...which, everything: isAllOf(which) } as const;
    setProblem(await link.refusal(question));
  };

  return (
    <>
      <DocumentFilters daemon={daemon} filter={filter} onChange={choose} />
      <SiteLine link={link} rule={daemon.sites.find(({ site }) => site === filter.site)} />
      {documents.total === 0 && <Nothing isSearch={!isEverything(shown)} />}
      {total > 0 && (
        <>
          <SummaryLine
            total={total}
            isSearch={shown.query !== ''}
            day={day}
            selecting={selecting}
            onExport={() => setExported(found)}
          />
          {problem && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          <DocumentList
            documents={documents}
            total={total}
            showsPersona={daemon.personas.length > 1}
            selecting={selecting}
            onSite={(site) => choose({ site })}
            onDelete={(id) => void remove({ documents: [id] })}
            onDay={setDay}
          />
        </>
      )}
      {total > 0 && ids && (
        <SelectionBar
          selecting={selecting}
          total={total}
          onExport={() => setExported(ticked)}
          onDelete={() => setDoomed(ticked)}
        />
      )}
      <ExportDialog
        link={link}
        wanted={exported?.wanted ?? null}
        count={exported?.count ?? 0}
        onClose={() => setExported(null)}
      />
      <DeletionDialog
        doomed={doomed && 'texts'}
        title={`Delete ${counted(doomed?.count ?? 0, 'text')}?`}
        verb="Delete for good"
        onDelete={() => doomed && void remove(doomed.wanted)}
        onClose={() => setDoomed(null)}
      >
        <p>PLM also forgets what it learned from them. This cannot be undone.</p>
      </DeletionDialog>
    </>
  );
}

/** As many as there were when somebody was asked about them. */
interface Some {
  wanted: Wanted;
  count: number;
}

/** A persona that was removed while it was chosen is chosen no more. */
function without(filter: Filter, { personas }: Daemon): Filter {
  const isThere = personas.some(({ name }) => name === filter.persona);
  return isThere ? filter : { ...filter, persona: null };
}

function isAllOf(which: Wanted): boolean {
  return Object.values(which).every((value) => !value);
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
