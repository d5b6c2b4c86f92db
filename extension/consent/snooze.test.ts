import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RESTS } from './snooze';

const DAY_MS = 24 * 60 * 60_000;
/** Where clocks are put forward, a day is shorter by an hour, or longer. */
const HOUR_MS = 60 * 60_000;

test('a rest begins now and is over within a day', () => {
  const moments = fc.date({ min: new Date(2020, 0), max: new Date(2040, 0), noInvalidDate: true });
  fc.assert(
    fc.property(moments, fc.constantFrom(...RESTS), (now, { until }) => {
      const rest = until(now) - now.getTime();
      expect(rest).toBeGreaterThan(0);
      expect(rest).toBeLessThanOrEqual(DAY_MS + HOUR_MS);
    }),
  );
});

test('today ends in the small hours', () => {
  const today = RESTS.find(({ name }) => name === 'Today');
  expect(today?.until(new Date(2026, 10, 26, 23, 30))).toBe(new Date(2026, 10, 27, 4).getTime());
  expect(today?.until(new Date(2026, 10, 27, 1, 30))).toBe(new Date(2026, 10, 27, 4).getTime());
});
