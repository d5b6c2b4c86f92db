import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cadence } from './cadence';

test('the first key is asked about at once, and so is every key after a pause', () => {
  const cadence = new Cadence();
  expect(cadence.delay(1_000)).toBe(0);
  expect(cadence.delay(1_500)).toBe(0);
});

test('keys in a burst wait a little, in step with the burst', () => {
  const cadence = new Cadence();
  cadence.delay(0);
  expect(cadence.delay(20)).toBe(5);
  expect(cadence.delay(100)).toBe(20);
});

test('no key ever waits longer than 40 milliseconds', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400)), (gaps) => {
      const cadence = new Cadence();
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const wait = cadence.delay(now);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(40);
      }
    }),
  );
});
