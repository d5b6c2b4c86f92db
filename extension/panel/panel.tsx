import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import { useDaemon } from '../look/daemon-state';
import { Trouble } from '../look/trouble';
import { Documents } from './documents';
import { Learning } from './learning';
import { Personas } from './personas';
import { Sites } from './sites';
import { useStatus } from './status';
import { StatusLine } from './status-line';
import { Suggestions } from './suggestions';

type View = 'documents' | 'sites' | 'personas' | 'suggestions' | 'learning';

/** Everything that is kept, to read, search and take back; and what is suggested from it. */
export function Panel({ link }: { link: PanelLink }) {
  const daemon = useDaemon(link);
  const [view, setView] = useState<View>('documents');
  const isConnected = daemon.state === 'connected';
  const status = useStatus(link, daemon);

  return (
    <div class="panel">
      <header class="panel-head">
        <img src="/icons/plm.svg" alt="" width="28" height="28" />
        <h1>PLM</h1>
        <nav aria-label="Views">
          <Tab name="Kept" view="documents" current={view} onSelect={setView} />
          <Tab name="Sites" view="sites" current={view} onSelect={setView} />
          <Tab name="Personas" view="personas" current={view} onSelect={setView} />
          <Tab name="Suggestions" view="suggestions" current={view} onSelect={setView} />
          <Tab name="Learning" view="learning" current={view} onSelect={setView} />
        </nav>
      </header>
      <main class="panel-body">
        <Trouble state={daemon.state} />
        {isConnected && view === 'documents' && <Documents link={link} daemon={daemon} />}
        {isConnected && view === 'sites' && <Sites link={link} daemon={daemon} />}
        {isConnected && view === 'personas' && <Personas link={link} daemon={daemon} />}
        {isConnected && view === 'suggestions' && <Suggestions daemon={daemon} status={status} />}
        {isConnected && view === 'learning' && <Learning link={link} daemon={daemon} />}
      </main>
      {isConnected && status && <StatusLine status={status} />}
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
