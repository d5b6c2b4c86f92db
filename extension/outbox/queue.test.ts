import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_CHARS, MOST_TEXTS, queued, type Waiting, without } from './queue';

interface Report {
  draft: string;
  site: string;
  size: number;
}

const report: fc.Arbitrary<Report> = fc.record({
  draft: fc.integer({ min: 0, max: 300 }).map((number) => `d${number}`),
  site: fc.constantFrom('a.example', 'b.example'),
  size: fc.oneof(fc.constant(400), fc.integer({ min: 0, max: MOST_CHARS / 3 })),
});
const reports = fc.array(report, { maxLength: 2 * MOST_TEXTS, size: 'max' });

function waitingAfter(all: readonly Report[]): Waiting[] {
  return all.reduce<Waiting[]>((waiting, { draft, site, size }, written) => {
    const content = 'f'.repeat(size);
    return queued(waiting, { draft, site, written, nonce: `n${written}`, content });
  }, []);
}

function check(holds: (waiting: Waiting[], all: Report[]) => void): void {
  fc.assert(
    fc.property(reports, (all) => holds(waitingAfter(all), all)),
    { numRuns: 50 },
  );
}

test('there are never too many, nor is it too much', () => {
  check((waiting) => {
    const chars = waiting.reduce((sum, { content }) => sum + content.length, 0);
    expect(waiting.length).toBeLessThanOrEqual(MOST_TEXTS);
    expect(chars).toBeLessThanOrEqual(MOST_CHARS);
  });
});

test('they stand in the order in which they were written, and the last one is there', () => {
  check((waiting, all) => {
    const times = waiting.map(({ written }) => written);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(all.length ? all.length - 1 : undefined);
  });
});

test('each draft of a site is there once at most, with its newest text', () => {
  check((waiting, all) => {
    for (const { draft, site, written } of waiting) {
      const last = all.findLastIndex((one) => one.draft === draft && one.site === site);
      expect(written).toBe(last);
    }
  });
});

test('what went was older than all that stayed', () => {
  check((waiting, all) => {
    const oldest = waiting[0]?.written ?? all.length;
    const newer = new Set(all.slice(oldest).map(({ draft, site }) => `${draft} ${site}`));
    expect(waiting).toHaveLength(newer.size);
  });
});

test('an answer to an earlier text leaves the newer one of its draft where it is', () => {
  const [earlier] = waitingAfter([{ draft: 'd', site: 'a.example', size: 1 }]);
  const both = waitingAfter([
    { draft: 'd', site: 'a.example', size: 1 },
    { draft: 'd', site: 'a.example', size: 2 },
  ]);
  expect(earlier && without(both, earlier)).toEqual(both);
  expect(both[0] && without(both, both[0])).toEqual([]);
});
