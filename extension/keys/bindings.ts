/** Which keys do what; the user may change every one of them. */

export const COMMANDS = ['accept', 'accept_word', 'accept_sentence', 'dismiss', 'suggest'] as const;
export type Command = (typeof COMMANDS)[number];

/**
 * `Tab`, `Mod+ArrowRight`, `Alt+Shift+K`: modifiers in this order, then the key as the browser calls
 * it. `Mod` is Ctrl or Cmd. Null where a command has no key.
 */
export type Chord = string;
export type Bindings = Record<Command, Chord | null>;

export interface Keys {
  bindings: Bindings;
  /** Whether the accepting Tab is taken in short fields of one line too, where it moves on. */
  tabInShortFields: boolean;
}

export const DEFAULT_KEYS: Keys = {
  bindings: {
    accept: 'Tab',
    accept_word: 'Mod+ArrowRight',
    accept_sentence: 'Mod+ArrowDown',
    dismiss: 'Escape',
    suggest: 'Mod+Space',
  },
  tabInShortFields: false,
};

const MODIFIER_KEYS = new Set(['Control', 'Meta', 'Alt', 'Shift', 'AltGraph']);

/** Null for a modifier alone, and for Ctrl and Cmd at once. */
export function chordOf(event: KeyboardEvent): Chord | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (MODIFIER_KEYS.has(key) || (ctrlKey && metaKey)) return null;
  const modifiers = [(ctrlKey || metaKey) && 'Mod', altKey && 'Alt', shiftKey && 'Shift'].filter(
    Boolean,
  );
  return [...modifiers, nameOf(key)].join('+');
}

function nameOf(key: string): string {
  if (key === ' ') return 'Space';
  return key.length === 1 ? key.toUpperCase() : key;
}

/** Letters and the like are what people write with; alone they cannot be commands. */
export function canBeBound(chord: Chord): boolean {
  const isWriting = /^(Shift\+)?(.|Space|Enter|Backspace|Delete)$/u.test(chord);
  return !isWriting;
}

/** With a command bound to a chord, which no other one keeps. */
export function rebound(bindings: Bindings, command: Command, chord: Chord | null): Bindings {
  const changed = { ...bindings };
  for (const other of COMMANDS) {
    if (chord !== null && changed[other] === chord) changed[other] = null;
  }
  changed[command] = chord;
  return changed;
}

const NAMES: Record<string, string> = {
  Mod: 'Ctrl',
  ArrowRight: '→',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};
const APPLE_NAMES: Record<string, string> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };

/** As it is printed on the keys. */
export function printed(chord: Chord, isApple: boolean): string[] {
  const names = isApple ? { ...NAMES, ...APPLE_NAMES } : NAMES;
  // The key itself may be a plus.
  return chord.split(/\+(?=.)/u).map((part) => names[part] ?? part);
}
