import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textBefore } from '../fields/context';
import { nextSentence, nextWord, remaining, showable } from './prediction';

const predict = (before: string, text: string, after = '') => ({ asked: { before, after }, text });

describe('what is left of a prediction', () => {
  test('is all of it while nothing was typed', () => {
    expect(remaining(predict('I woul', 'd like'), { before: 'I woul', after: '' })).toBe('d like');
  });

  test('shrinks as the writer types along', () => {
    expect(remaining(predict('I woul', 'd like'), { before: 'I would l', after: '' })).toBe('ike');
  });

  test('is empty when everything was typed', () => {
    expect(remaining(predict('I woul', 'd'), { before: 'I would', after: '' })).toBe('');
  });

  test.each([
    ['types something else', { before: 'I wouls', after: '' }],
    ['deletes', { before: 'I wou', after: '' }],
    ['types past the end', { before: 'I would like to', after: '' }],
    ['changes what follows', { before: 'I woul', after: '.' }],
  ])('is nothing when the writer %s', (_, now) => {
    expect(remaining(predict('I woul', 'd like'), now)).toBeNull();
  });

  test('is right whatever was asked, predicted and typed of it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(
      fc.property(text, text, text, fc.nat(12), (before, prediction, after, typed) => {
        const start = prediction.slice(0, typed);
        const now = { before: before + start, after };
        expect(remaining(predict(before, prediction, after), now)).toBe(prediction.slice(typed));
      }),
    );
  });

  test('is found in a text longer than what was sent', () => {
    const long = 'All work and no play. '.repeat(200);
    const asked = textBefore(long, long.length);
    const now = textBefore(`${long}makes J`, long.length + 7);
    expect(remaining(predict(asked, 'makes Jack'), { before: now, after: '' })).toBe('ack');
  });
});

describe('the next word', () => {
  test.each([
    ['d like to', 'd'],
    [' like to', ' like'],
    ['ions. Thanks', 'ions.'],
    ["  don't stop", "  don't"],
    ['end', 'end'],
    [' ', ' '],
    ['我们明天见', '我们'],
  ])('of %j is %j', (text, word) => {
    expect(nextWord(text)).toBe(word);
  });

  test('is always a beginning of the text, and never empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const word = nextWord(text);
        expect(text.startsWith(word)).toBe(true);
        expect(word).not.toBe('');
      }),
    );
  });
});

describe('of an answer, what is shown', () => {
  test.each([
    ['one line', 'one line'],
    ['first\nsecond', 'first'],
    ['\nsecond', ''],
    ['half a pair \ud83d', 'half a pair \ufffd'],
    ['bell \u0007', ''],
    ['NUL \u0000', ''],
  ])('%j: %j', (text, shown) => {
    expect(showable(text)).toBe(shown);
  });
});

describe('the next sentence', () => {
  test.each([
    [' for that. I will', ' for that.'],
    ['is it 3.5 or more? Yes', 'is it 3.5 or more?'],
    [' she said "no." Then', ' she said "no."'],
    [' and so on', ' and so on'],
  ])('of %j is %j', (text, sentence) => {
    expect(nextSentence(text)).toBe(sentence);
  });
});
