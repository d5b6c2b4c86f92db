import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document, LearnedVersion, Status } from '../link/protocol';
import { jsonLine } from './export';
import { ends, milliseconds, percent, waits } from './figures';
import { gainOf, gains } from './gain';
import { pieces } from './highlight';
import { dayLabel } from './timeline';

function kept(id: number, createdAt: string): Document {
  const counts = { typed_chars: 5, pasted_chars: 0 };
  const where = { persona: 'default', site: 'example.org', kind: 'textarea' };
  return { id, ...where, text: 'Hello', ...counts, created_at: createdAt, snippet: null };
}

function counted(numbers: Partial<Status>): Status {
  const build = { daemon_version: '1', base: 'tiny', key_protection: 'file' } as const;
  const now = { uptime_s: 1, documents: 0, sites: 0, rss_mb: 1, sessions: 1 };
  const counts = { suggestions: 0, shown: 0, accepted: 0, dismissed: 0, chars_saved: 0 };
  const answers = { latency_ms_p50: null, latency_ms_p95: null };
  const ghosts = { ghost_ms_p50: null, ghost_ms_p95: null };
  const status = { ...build, ...now, ...counts, ...answers, ...ghosts };
  return { type: 'status', id: '', ...status, ...numbers };
}

test('a day is called by its date, the last two as people call them', () => {
  const now = new Date(2026, 10, 24, 18, 0);
  const called = (date: Date) => dayLabel(date, now, 'en-GB');
  expect(called(new Date(2026, 10, 24, 0, 1))).toBe('Today');
  expect(called(new Date(2026, 10, 23, 23, 59))).toBe('Yesterday');
  expect(called(new Date(2026, 10, 20, 12, 0))).toContain('20 November 2026');
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

describe('statistics', () => {
  test('say what became of every suggestion that was shown', () => {
    const [accepted, dismissed, neither] = ends(counted({ shown: 8, accepted: 4, dismissed: 1 }));
    expect(accepted).toEqual({ name: 'Accepted', amount: 4, share: 0.5 });
    expect(dismissed).toMatchObject({ amount: 1, share: 0.125 });
    expect(neither).toMatchObject({ amount: 3, share: 0.375 });
  });

  test('leave none out and count none twice', () => {
    const amount = fc.nat(10_000);
    fc.assert(
      fc.property(amount, amount, amount, (accepted, dismissed, neither) => {
        fc.pre(accepted + dismissed + neither > 0);
        const shown = accepted + dismissed + neither;
        const all = ends(counted({ shown, accepted, dismissed }));
        expect(all.map((count) => count.amount)).toEqual([accepted, dismissed, neither]);
        expect(all.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
      }),
    );
  });

  test('show the waits that were measured and no others', () => {
    expect(waits(counted({}))).toEqual([]);
    const answered = counted({ latency_ms_p50: 12.4, latency_ms_p95: 31 });
    expect(waits(answered)).toMatchObject([{ median: 12.4, p95: 31 }]);
    const seen = { ...answered, ghost_ms_p50: 40, ghost_ms_p95: 90 };
    expect(waits(seen).map(({ median, p95 }) => [median, p95])).toEqual([
      [40, 90],
      [12.4, 31],
    ]);
  });

  test('are rounded to what people read', () => {
    expect(percent(52 / 128, 'en')).toBe('41%');
    expect(percent(1, 'en')).toBe('100%');
    expect(milliseconds(12.4, 'en')).toBe('12 ms');
    expect(milliseconds(1234.5, 'en')).toBe('1,235 ms');
  });
});

describe('what learning gained', () => {
  function version(number: number, state: LearnedVersion['state'], after: number): LearnedVersion {
    const figures = { keystrokes_saved: 0.3, general_bits_per_char: 1 };
    const course = {
      part: 'adapter',
      reason: '',
      tokens: 1,
      cpu_seconds: 1,
      documents: 1,
    } as const;
    const before = { ...figures, bits_per_char: 2 };
    const when = new Date(2026, 10, 24).toISOString();
    const after_ = { ...figures, bits_per_char: after };
    return { version: number, state, created_at: when, ...course, before, after: after_ };
  }

  test('adds up over the versions that came into use', () => {
    const versions = [version(3, 'in_use', 1), version(2, 'discarded', 4), version(1, 'kept', 1.8)];
    expect(gains(versions).map((point) => point.version)).toEqual([1, 3]);
    expect(gains(versions)[0]?.gain).toBeCloseTo(0.1);
    expect(gains(versions)[1]?.gain).toBeCloseTo(0.55);
  });

  test('is nothing where there was nothing to compare with', () => {
    expect(
      gainOf({
        ...version(1, 'kept', 1),
        before: { ...version(1, 'kept', 1).before, bits_per_char: 0 },
      }),
    ).toBe(0);
  });
});
