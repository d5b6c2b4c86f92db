/** Hours of the day in which PLM begins no course by itself. */

import type { QuietHours } from '../link/protocol';

export const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** What is offered when somebody switches them on. */
export const AT_NIGHT: QuietHours = { start: 22, end: 7 };

/** The end gives way to a beginning that would leave no hour between them. */
export function startingAt(start: number, { end }: QuietHours): QuietHours {
  return { start, end: end === start ? (start + 1) % HOURS.length : end };
}

/** The beginning gives way likewise. */
export function endingAt(end: number, { start }: QuietHours): QuietHours {
  return { start: start === end ? (end + HOURS.length - 1) % HOURS.length : start, end };
}

/** As clocks show it here. */
export function hourLabel(hour: number, locale?: string): string {
  const format = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  return format.format(new Date(2026, 0, 1, hour));
}
