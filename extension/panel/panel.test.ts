import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../link/protocol';
import { jsonLine } from './export';
import { pieces } from './highlight';
import { byDay } from './timeline';

function kept(id: number, createdAt: string): Document {
  const counts = { typed_chars: 5, pasted_chars: 0 };
  const where = { site: 'example.org', kind: 'textarea' };
  return { id, ...where, text: 'Hello', ...counts, created_at: createdAt, snippet: null };
}

test('documents are grouped by the day on which they were written', () => {
  const now = new Date(2026, 10, 24, 18, 0);
  const documents = [
    kept(4, new Date(2026, 10, 24, 9, 0).toISOString()),
    kept(3, new Date(2026, 10, 24, 0, 1).toISOString()),
    kept(2, new Date(2026, 10, 23, 23, 59).toISOString()),
    kept(1, new Date(2026, 10, 20, 12, 0).toISOString()),
  ];
  const days = byDay(documents, now, 'en-GB');
  const earlier = expect.stringContaining('20 November 2026');
  expect(days.map(({ label }) => label)).toEqual(['Today', 'Yesterday', earlier]);
  expect(days.map((day) => day.documents.map(({ id }) => id))).toEqual([[4, 3], [2], [1]]);
});

describe('a search result', () => {
  test('is split into hits and what is around them', () => {
    expect(pieces('the \ue000numbers\ue001 are in')).toEqual([
      { text: 'the ', isHit: false },
      { text: 'numbers', isHit: true },
      { text: ' are in', isHit: false },
    ]);
  });

  test('loses nothing but the marks, however they are placed', () => {
    const snippet = fc.string({ unit: fc.constantFrom('a', ' ', '\ue000', '\ue001') });
    fc.assert(
      fc.property(snippet, (text) => {
        const shown = pieces(text)
          .map((piece) => piece.text)
          .join('');
        expect(shown).toBe(text.replace(/[\ue000\ue001]/g, ''));
      }),
    );
  });
});

test('an exported line is what the import reads', () => {
  const line = jsonLine(kept(1, '2026-11-24T09:00:00Z'));
  expect(line.endsWith('\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({
    author: 'me',
    ts: '2026-11-24T09:00:00Z',
    site: 'example.org',
    kind: 'textarea',
    text: 'Hello',
  });
});
