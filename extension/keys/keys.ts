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

const HISTORY = new Set(['Mod+Z', 'Mod+Shift+Z', 'Mod+Y']);

/** Whether a key is the usual one for undo or redo, which some editors see to by themselves. */
export function asksForHistory(event: KeyboardEvent): boolean {
  return HISTORY.has(chordOf(event) ?? '');
}
