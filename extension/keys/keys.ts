/** Which key press means what. */

import { type Bindings, COMMANDS, type Command, chordOf } from './bindings';

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
  // One command asks for a ghost; all others are about the one that is visible.
  return command && (command === 'suggest') !== hasGhost ? command : null;
}
