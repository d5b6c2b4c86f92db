/** The text around the caret, as much of it as a completion can use. */

export const BEFORE_LIMIT = 2_000;
export const AFTER_LIMIT = 300;

export interface Context {
  /** The last characters before the caret. */
  before: string;
  /** The first characters after it. */
  after: string;
}

/** The last `limit` UTF-16 units before `end`, never beginning inside a surrogate pair. */
export function textBefore(text: string, end: number, limit = BEFORE_LIMIT): string {
  let start = Math.max(0, end - limit);
  if (start > 0 && start < end && splitsPair(text, start)) start += 1;
  return text.slice(start, end);
}

/** The first `limit` UTF-16 units after `start`, never ending inside a surrogate pair. */
export function textAfter(text: string, start: number, limit = AFTER_LIMIT): string {
  let end = Math.min(text.length, start + limit);
  if (end < text.length && end > start && splitsPair(text, end)) end -= 1;
  return text.slice(start, end);
}

/** Ghost text stands at the end of a line: it never covers or splits what is written. */
export function isAtLineEnd(context: Context): boolean {
  const end = context.after.search(/[\n\r]/);
  const restOfLine = end < 0 ? context.after : context.after.slice(0, end);
  return restOfLine.trim() === '';
}

export function sameContext(one: Context, other: Context): boolean {
  return one.before === other.before && one.after === other.after;
}

/** What the context is to be once `text` was written at the caret. */
export function contextWith(was: Context, text: string): Context {
  const before = was.before + text;
  return { before: textBefore(before, before.length), after: was.after };
}

function splitsPair(text: string, index: number): boolean {
  return isHigh(text.charCodeAt(index - 1)) && isLow(text.charCodeAt(index));
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
