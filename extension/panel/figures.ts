/** What the daemon counted and timed, in the words and numbers that people read. */

import type { Status } from '../link/protocol';

export interface Count {
  name: string;
  amount: number;
  /** Of all that were shown. */
  share: number;
}

/** What became of the suggestions that were shown; together they are all of them. */
export function ends({ shown, accepted, dismissed }: Status): Count[] {
  const neither = Math.max(0, shown - accepted - dismissed);
  return [
    { name: 'Accepted', amount: accepted, share: accepted / shown },
    { name: 'Dismissed', amount: dismissed, share: dismissed / shown },
    { name: 'Written past', amount: neither, share: neither / shown },
  ];
}

export interface Wait {
  name: string;
  /** Half of them were no longer than this… */
  median: number;
  /** …and 95 of 100 no longer than this. */
  p95: number;
}

/** The waits that have been measured. */
export function waits(status: Status): Wait[] {
  const { ghost_ms_p50, ghost_ms_p95, latency_ms_p50, latency_ms_p95 } = status;
  const all = [
    { name: 'From key to suggestion', median: ghost_ms_p50, p95: ghost_ms_p95 },
    { name: 'PLM’s whole answer', median: latency_ms_p50, p95: latency_ms_p95 },
  ];
  return all.filter((wait): wait is Wait => wait.median !== null && wait.p95 !== null);
}

export function percent(share: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(share);
}

export function milliseconds(ms: number, locale?: string): string {
  return `${Math.round(ms).toLocaleString(locale)} ms`;
}

const LEAST_CHANCE = 0.01;

/** How likely something is; the smallest are all alike. */
export function chance(share: number, locale?: string): string {
  return share < LEAST_CHANCE ? `under ${percent(LEAST_CHANCE, locale)}` : percent(share, locale);
}
