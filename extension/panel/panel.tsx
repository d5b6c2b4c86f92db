import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import { useDaemon } from '../look/daemon-state';
import { Trouble } from '../look/trouble';
import { Documents } from './documents';
import { Sites } from './sites';
import { StatusLine } from './status-line';

type View = 'documents' | 'sites';

/** Everything that is kept, to read, search and take back. */
export function Panel({ link }: { link: PanelLink }) {
  const daemon = useDaemon(link);
  const [view, setView] = useState<View>('documents');
  const isConnected = daemon.state === 'connected';

  return (
    <div class="panel">
      <header class="panel-head">
        <img src="/icons/plm.svg" alt="" width="28" height="28" />
        <h1>PLM</h1>
        <nav aria-label="Views">
          <Tab name="Kept" view="documents" current={view} onSelect={setView} />
          <Tab name="Sites" view="sites" current={view} onSelect={setView} />
        </nav>
      </header>
      <main class="panel-body">
        <Trouble state={daemon.state} />
        {isConnected && view === 'documents' && <Documents link={link} daemon={daemon} />}
        {isConnected && view === 'sites' && <Sites link={link} daemon={daemon} />}
      </main>
      {isConnected && <StatusLine link={link} changes={daemon.changes} />}
    </div>
  );
}

interface TabProps {
  name: string;
  view: View;
  current: View;
  onSelect: (view: View) => void;
}

function Tab({ name, view, current, onSelect }: TabProps) {
  return (
    <button
      class="tab"
      type="button"
      aria-current={view === current ? 'page' : undefined}
      onClick={() => onSelect(view)}
    >
      {name}
    </button>
  );
}
