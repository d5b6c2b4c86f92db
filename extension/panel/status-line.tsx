import type { Status } from '../link/protocol';

/** How the daemon is, in one line. */
export function StatusLine({ status }: { status: Status }) {
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
