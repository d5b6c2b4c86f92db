/** Suggestions may rest for a while, in this browser. */

import { browser } from 'wxt/browser';
import { watchStored } from '../link/stored';

const KEY = 'snoozed_until';
const MINUTE_MS = 60_000;
/** When a day is over for those who are up late. */
const MORNING_HOUR = 4;

export interface Rest {
  name: string;
  /** Milliseconds since 1970, as all times here. */
  until: (now: Date) => number;
}

export const RESTS: Rest[] = [
  { name: '5 min', until: (now) => now.getTime() + 5 * MINUTE_MS },
  { name: '1 hour', until: (now) => now.getTime() + 60 * MINUTE_MS },
  { name: 'Today', until: nextMorning },
];

export async function snooze(until: number): Promise<void> {
  await browser.storage.local.set({ [KEY]: until });
}

export async function wake(): Promise<void> {
  await browser.storage.local.remove(KEY);
}

/**
 * `onChange` is told until when suggestions rest, now and whenever it changes, until what is
 * returned is called; 0 when they do not.
 */
export function watchSnooze(onChange: (until: number) => void): () => void {
  let over: ReturnType<typeof setTimeout> | undefined;
  const tell = (stored: unknown) => {
    clearTimeout(over);
    const until = typeof stored === 'number' && stored > Date.now() ? stored : 0;
    if (until) over = setTimeout(() => tell(until), until - Date.now() + 1);
    onChange(until);
  };
  const stop = watchStored(KEY, tell);
  return () => {
    clearTimeout(over);
    stop();
  };
}

function nextMorning(now: Date): number {
  const morning = new Date(now);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  if (morning <= now) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}
