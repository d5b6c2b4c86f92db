import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Captured } from '../link/protocol';
import { counted } from './counted';
import { chance } from './figures';
import { endingAt, HOURS, hourLabel, startingAt } from './hours';
import { personaHint } from './persona-card';
import { whyNotKept } from './teaching';

const hour = fc.constantFrom(...HOURS);
const hours = fc.record({ start: hour, end: hour });

describe('quiet hours', () => {
  test('keep the end while the beginning is chosen, and the other way round', () => {
    expect(startingAt(23, { start: 22, end: 7 })).toEqual({ start: 23, end: 7 });
    expect(endingAt(6, { start: 22, end: 7 })).toEqual({ start: 22, end: 6 });
  });

  test('are never none, whatever is chosen', () => {
    fc.assert(
      fc.property(hours, hour, (before, chosen) => {
        for (const after of [startingAt(chosen, before), endingAt(chosen, before)]) {
          expect(after.start).not.toBe(after.end);
          expect(HOURS).toContain(after.start);
          expect(HOURS).toContain(after.end);
        }
        expect(startingAt(chosen, before).start).toBe(chosen);
        expect(endingAt(chosen, before).end).toBe(chosen);
      }),
    );
  });

  test('are shown as clocks show them', () => {
    expect(hourLabel(7, 'en-GB')).toBe('07:00');
    expect(hourLabel(22, 'en-US').replace(/\s/, ' ')).toBe('10:00 PM');
  });
});

describe('what was taught', () => {
  function answer(document: number | null, refused: string | null): Captured {
    return { type: 'captured', document, refused, id: '' };
  }

  test('was kept, or it is said why not', () => {
    expect(whyNotKept(answer(7, null))).toBeNull();
    expect(whyNotKept(answer(null, 'card_number'))).toContain('card number');
    expect(whyNotKept(answer(null, 'a reason of a later version'))).toBe('Not kept.');
    expect(whyNotKept(null)).toContain('Your text is still here');
  });
});

test('chances too small to tell apart are not told apart', () => {
  expect(chance(0.41, 'en')).toBe('41%');
  expect(chance(0.01, 'en')).toBe('1%');
  expect(chance(0.000_1, 'en')).toBe('under 1%');
});

test('one is one, and all others are several', () => {
  expect([0, 1, 2].map((count) => counted(count, 'text'))).toEqual([
    '0 texts',
    '1 text',
    '2 texts',
  ]);
});

test('a persona says how much there is of it, and where it always writes', () => {
  const rule = { capture: true, completions: null, documents: 1, may_federate: false };
  const sites = [
    { ...rule, site: 'wiki.example', persona: 'Work' },
    { ...rule, site: 'mail.example', persona: null },
  ];
  const work = { name: 'Work', documents: 1, version: 4 };
  expect(personaHint(work, sites)).toBe('1 text · version 4 learned · always on wiki.example');
  const home = { name: 'Home', documents: 0, version: null };
  expect(personaHint(home, sites)).toBe('0 texts · nothing learned yet');
});
