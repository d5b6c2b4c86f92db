import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BackOff } from './back-off';

const LONGEST_MS = 25_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** How long it waits after each of so many failures in a row, when chance is what it is. */
function waits(failures: number, chance: number): number[] {
  vi.spyOn(Math, 'random').mockReturnValue(chance);
  const tries: number[] = [];
  let since = Date.now();
  const backOff = new BackOff(() => tries.push(Date.now() - since));
  for (let failure = 0; failure < failures; failure += 1) {
    since = Date.now();
    backOff.failed();
    vi.advanceTimersToNextTimer();
  }
  return tries;
}

test('waits grow from half a second to a bound, however long it takes', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), chance, (failures, drawn) => {
      const all = waits(failures, drawn);
      expect(all).toHaveLength(failures);
      expect(all[0]).toBeLessThan(1_000);
      expect(all).toEqual(all.toSorted((a, b) => a - b));
      expect(all.at(-1)).toBeLessThanOrEqual(LONGEST_MS);
    }),
    { numRuns: 20 },
  );
});

test('two that fail together do not try again together', () => {
  expect(waits(8, 0.1)).not.toEqual(waits(8, 0.9));
});

test('after a success it begins anew, and nothing is tried that is not needed any more', () => {
  const tryAgain = vi.fn();
  const backOff = new BackOff(tryAgain);
  for (let failure = 0; failure < 10; failure += 1) backOff.failed();
  backOff.succeeded();
  vi.advanceTimersByTime(LONGEST_MS);
  expect(tryAgain).not.toHaveBeenCalled();
  backOff.failed();
  vi.advanceTimersByTime(1_000);
  expect(tryAgain).toHaveBeenCalledOnce();
});
