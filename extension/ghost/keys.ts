/** Which key means what while a ghost is visible. */

export type Command = 'accept' | 'accept_word' | 'dismiss';

/** Null for every key that is the page's. Only keys that a person pressed count. */
export function commandOf(event: KeyboardEvent): Command | null {
  const isComposing = event.isComposing || event.keyCode === 229;
  if (!event.isTrusted || isComposing || event.repeat) return null;
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (altKey || shiftKey) return null;
  if (key === 'ArrowRight') return ctrlKey !== metaKey ? 'accept_word' : null;
  if (ctrlKey || metaKey) return null;
  if (key === 'Tab') return 'accept';
  return key === 'Escape' ? 'dismiss' : null;
}
