import { expect, test } from 'vitest';
import { asUndoStep, keepClock } from './undo-step';

test('each step is seconds after the one before it, and the clock is right again after each', () => {
  const { now } = Date;
  keepClock(Date);
  const times = [Date.now()];
  for (let step = 0; step < 3; step += 1) asUndoStep(() => times.push(Date.now()));
  for (const [index, time] of times.slice(1).entries()) {
    expect(time - (times[index] ?? 0)).toBeGreaterThan(1_000);
  }
  expect(Date.now).toBe(now);
});
