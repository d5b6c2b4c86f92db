/** What the model expects to follow, held against what the field says by now. */

import { type Context, sameContext, textBefore } from '../fields/context';

export interface Prediction {
  /** The text around the caret when the question was asked. */
  asked: Context;
  /** What is expected to follow; grows while the answer streams. */
  text: string;
}

/**
 * What is left of the prediction now that the field reads `now`, or null when the writer went
 * another way. Empty when everything was typed.
 */
export function remaining(prediction: Prediction, now: Context): string | null {
  const { asked, text } = prediction;
  if (now.after !== asked.after) return null;
  for (let typed = 0; typed <= text.length; typed += 1) {
    const expected = asked.before + text.slice(0, typed);
    const before = textBefore(expected, expected.length);
    if (sameContext({ before, after: now.after }, now)) return text.slice(typed);
  }
  return null;
}

/** What of an answer can be shown: one line of whole characters, no control characters. */
export function showable(text: string): string {
  const line = text.split(/[\n\r\u2028\u2029]/, 1)[0] ?? '';
  return [...line].some(isControl) ? '' : line.toWellFormed();
}

/** The next word with the space before it; in scripts that write no spaces, the next segment. */
export function nextWord(text: string): string {
  const word = /^\s*\S+/u.exec(text)?.[0] ?? text;
  if (!/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word)) {
    return word;
  }
  const space = /^\s*/u.exec(word)?.[0] ?? '';
  const segments = new Intl.Segmenter(undefined, { granularity: 'word' });
  const [first] = segments.segment(word.slice(space.length));
  return space + (first?.segment ?? '');
}

/** To the end of the sentence, or all there is. */
export function nextSentence(text: string): string {
  return /^.*?[.!?…。！？]["'”’»)\]]*(?=\s|$)/u.exec(text)?.[0] ?? text;
}

function isControl(character: string): boolean {
  return /\p{Cc}/u.test(character);
}
