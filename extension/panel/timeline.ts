/** Documents by day, newest first. */

import type { Document } from '../link/protocol';

export interface Day {
  label: string;
  documents: Document[];
}

export function byDay(documents: Document[], now: Date, locale?: string): Day[] {
  const days: Day[] = [];
  for (const document of documents) {
    const label = dayLabel(new Date(document.created_at), now, locale);
    const last = days.at(-1);
    if (last?.label === label) last.documents.push(document);
    else days.push({ label, documents: [document] });
  }
  return days;
}

export function timeLabel(createdAt: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(new Date(createdAt));
}

export function dateLabel(createdAt: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(createdAt));
}

function dayLabel(date: Date, now: Date, locale?: string): string {
  const daysAgo = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (daysAgo === 0) return 'Today';
  if (daysAgo === 1) return 'Yesterday';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full' }).format(date);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
