import { useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import { useDaemon } from '../look/daemon-state';
import { Trouble } from '../look/trouble';
import { Documents } from './documents';
import { Federation } from './federation';
import { Learning } from './learning';
import { Personas } from './personas';
import { Settings } from './settings';
import { Sites } from './sites';
import { Statistics } from './statistics';
import { useStatus } from './status';
import { StatusLine } from './status-line';

const VIEWS = [
  'Kept',
  'Sites',
  'Personas',
  'Learning',
  'Federation',
  'Statistics',
  'Settings',
] as const;
type View = (typeof VIEWS)[number];

/** Everything that is kept, to read, search and take back; and what is suggested from it. */
export function Panel({ link }: { link: PanelLink }) {
  const daemon = useDaemon(link);
  const [view, setView] = useState<View>('Kept');
  const isConnected = daemon.state === 'connected';
  const status = useStatus(link, daemon);

  return (
    <div class="panel">
      <header class="panel-head">
        <img src="/icons/plm.svg" alt="" width="28" height="28" />
        <h1>PLM</h1>
        <nav aria-label="Views">
          {VIEWS.map((name) => (
            <button
              key={name}
              class="tab"
              type="button"
              aria-current={name === view ? 'page' : undefined}
              onClick={() => setView(name)}
            >
              {name}
            </button>
          ))}
        </nav>
      </header>
      <main class="panel-body">
        <Trouble state={daemon.state} />
        {isConnected && view === 'Kept' && <Documents link={link} daemon={daemon} />}
        {isConnected && view === 'Sites' && <Sites link={link} daemon={daemon} />}
        {isConnected && view === 'Personas' && <Personas link={link} daemon={daemon} />}
        {isConnected && view === 'Learning' && <Learning link={link} daemon={daemon} />}
        {isConnected && view === 'Federation' && <Federation link={link} daemon={daemon} />}
        {isConnected && view === 'Statistics' && status && <Statistics status={status} />}
        {isConnected && view === 'Settings' && (
          <Settings link={link} daemon={daemon} status={status} />
        )}
      </main>
      {isConnected && status && <StatusLine status={status} />}
    </div>
  );
}
