/** Which key press means what. */

import { type Bindings, COMMANDS, type Command, chordOf } from './bindings';

/** What only makes sense while a ghost is visible; the rest is for when none is. */
const NEEDS_GHOST: ReadonlySet<Command> = new Set<Command>([
  'accept',
  'accept_word',
  'accept_sentence',
  'dismiss',
]);

/** Null for every key that is the page's. Only keys that a person pressed count. */
export function commandOf(
  event: KeyboardEvent,
  bindings: Bindings,
  hasGhost: boolean,
): Command | null {
  const isComposing = event.isComposing || event.keyCode === 229;
  if (!event.isTrusted || isComposing || event.repeat) return null;
  const chord = chordOf(event);
  const command = chord && COMMANDS.find((one) => bindings[one] === chord);
  return command && NEEDS_GHOST.has(command) === hasGhost ? command : null;
}
