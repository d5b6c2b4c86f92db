// @ts-check
/** What happens to a suggestion as the text around it changes. Pure functions over strings. */

/**
 * What is left of the ghost when the text before the caret changed from `was` to `now`;
 * null when the user wrote something else.
 * @param {string} ghost
 * @param {string} was
 * @param {string} now
 * @returns {string | null}
 */
export function typedThrough(ghost, was, now) {
  if (!now.startsWith(was)) return null;
  const typed = now.slice(was.length);
  return ghost.startsWith(typed) ? ghost.slice(typed.length) : null;
}

/**
 * The part of the ghost that "one word" takes: leading space and the word.
 * @param {string} ghost
 */
export function firstWord(ghost) {
  return /^\s*\S+/u.exec(ghost)?.[0] ?? ghost;
}

/**
 * The last `limit` UTF-16 units, never beginning in the middle of a character.
 * @param {string} text
 * @param {number} limit
 */
export function tail(text, limit) {
  const cut = text.slice(-limit);
  return (cut.length < text.length && isLowSurrogate(cut, 0) ? cut.slice(1) : cut).toWellFormed();
}

/**
 * The first `limit` UTF-16 units, never ending in the middle of a character.
 * @param {string} text
 * @param {number} limit
 */
export function head(text, limit) {
  const splits = text.length > limit && isLowSurrogate(text, limit);
  return text.slice(0, splits ? limit - 1 : limit).toWellFormed();
}

/**
 * @param {string} text
 * @param {number} index
 */
function isLowSurrogate(text, index) {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
