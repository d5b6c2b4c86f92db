/**
 * Texts that wait for the daemon, in the order in which they were written.
 *
 * The newest text of a draft takes the place of an earlier one, and goes to the end. When there are
 * too many or they are too large, the oldest go.
 */

import type { Sealed } from './seal';

export const MOST_TEXTS = 200;
/** Of all that is sealed, together; browsers keep ten million. */
export const MOST_CHARS = 6_000_000;

export interface Waiting extends Sealed {
  /** Random; names one field of one page. */
  draft: string;
  site: string;
  /** Milliseconds since 1970. */
  written: number;
}

export function queued(waiting: readonly Waiting[], text: Waiting): Waiting[] {
  const others = waiting.filter(({ draft, site }) => draft !== text.draft || site !== text.site);
  return newest([...others, text]);
}

/** Without one text; a newer one of the same draft stays. */
export function without(waiting: readonly Waiting[], text: Waiting): Waiting[] {
  return waiting.filter(({ nonce }) => nonce !== text.nonce);
}

function newest(waiting: readonly Waiting[]): Waiting[] {
  let room = MOST_CHARS;
  let first = waiting.length;
  for (const { content } of waiting.slice(-MOST_TEXTS).reverse()) {
    room -= content.length;
    if (room < 0) break;
    first -= 1;
  }
  return waiting.slice(first);
}
