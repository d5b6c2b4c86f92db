import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAtLineEnd, textAfter, textBefore } from './context';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('the text around the caret', () => {
  test('is cut to what a completion can use', () => {
    const text = 'x'.repeat(5_000);
    expect(textBefore(text, 4_000)).toHaveLength(2_000);
    expect(textAfter(text, 4_000)).toHaveLength(300);
  });

  test('never begins or ends in the middle of an emoji', () => {
    expect(textBefore('a😀b', 4, 2)).toBe('b');
    expect(textBefore('a😀b', 4, 3)).toBe('😀b');
    expect(textAfter('a😀b', 0, 2)).toBe('a');
    expect(textAfter('a😀b', 0, 3)).toBe('a😀');
  });

  test('stays well formed wherever a well-formed text is cut', () => {
    fc.assert(
      fc.property(anyText, fc.nat(20), fc.nat(60), (text, limit, at) => {
        const whole = [...text].slice(0, at).join('').length;
        const before = textBefore(text, whole, limit);
        const after = textAfter(text, whole, limit);
        expect(before.isWellFormed() && after.isWellFormed()).toBe(true);
        expect(text.slice(0, whole).endsWith(before)).toBe(true);
        expect(text.slice(whole).startsWith(after)).toBe(true);
      }),
    );
  });
});

test.each([
  ['', true],
  ['  ', true],
  ['\nnext line', true],
  [' \r\nnext line', true],
  ['rest of the word', false],
  [' another word', false],
  [',', false],
])('with %j after the caret, it stands at the end of its line: %s', (after, expected) => {
  expect(isAtLineEnd({ before: 'x', after })).toBe(expected);
});
