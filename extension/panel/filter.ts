/** Which of the kept texts are meant: to look at, to export, to delete. */

/** Null and the empty query: all of them. */
export interface Filter {
  query: string;
  site: string | null;
  persona: string | null;
  /** First day, as the user's calendar has it: `2026-11-24`. */
  from: string | null;
  /** Last day. */
  to: string | null;
}

export const EVERYTHING: Filter = { query: '', site: null, persona: null, from: null, to: null };

export function isEverything(filter: Filter): boolean {
  return Object.values(filter).every((value) => !value?.trim());
}

/** As the daemon is asked for them. */
export function matching({ query, site, persona, from, to }: Filter) {
  return {
    query: query.trim(),
    site,
    persona,
    since: from && momentOf(from, 0),
    before: to && momentOf(to, 1),
  };
}

/** Midnight here, so many days later, in UTC as the daemon writes it. Days need not have 24 hours. */
function momentOf(day: string, daysLater: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString().slice(0, 19);
}

/** The day of a moment, as the user's calendar has it. */
export function dayOf(moment: Date): string {
  const pad = (number: number) => String(number).padStart(2, '0');
  return `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
}
