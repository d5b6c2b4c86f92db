import { useEffect, useState } from 'preact/hooks';
import type { PanelLink } from '../link/panel-link';
import type { Status } from '../link/protocol';

const REFRESH_MS = 5_000;

/** How the daemon is, in one line. */
export function StatusLine({ link, changes }: { link: PanelLink; changes: number }) {
  const [status, setStatus] = useState<Status | null>(null);
  useEffect(() => {
    const refresh = async () => {
      if (document.hidden) return;
      const answer = await link.ask('status', { type: 'status_query' });
      if (answer) setStatus(answer);
    };
    void refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
    // `changes` is not read: it only says that the counts are out of date.
  }, [link, changes]);
  if (!status) return null;
  return (
    <footer class="status-line">
      {statusParts(status).map((part) => (
        <span key={part}>{part}</span>
      ))}
    </footer>
  );
}

export function statusParts(status: Status): string[] {
  const key = status.key_protection === 'keyring' ? 'key in your keyring' : 'key in a file';
  const parts = [status.base, `encrypted, ${key}`];
  if (status.latency_ms_p50 !== null)
    parts.push(`answers in ${Math.round(status.latency_ms_p50)} ms`);
  if (status.chars_saved > 0) parts.push(`${status.chars_saved.toLocaleString()} keys saved`);
  return parts;
}
