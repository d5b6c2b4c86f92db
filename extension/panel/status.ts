import { useEffect, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Status } from '../link/protocol';
import type { Daemon } from '../look/daemon-state';

const REFRESH_MS = 5_000;

/** How the daemon is, asked for again and again while somebody looks; null until it has told. */
export function useStatus(link: PanelLink, { state, changes }: Daemon): Status | null {
  const [status, setStatus] = useState<Status | null>(null);
  useEffect(() => {
    if (state !== 'connected') return;
    const refresh = async () => {
      if (document.hidden) return;
      const answer = await link.ask('status', { type: 'status_query' });
      if (answer) setStatus(answer);
    };
    void refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
    // `changes` is not read: it only says that the counts are out of date.
  }, [link, state, changes]);
  return status;
}
