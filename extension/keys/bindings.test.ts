import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS, canBeBound, chordOf, DEFAULT_KEYS, printed, rebound } from './bindings';

function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  return { key, ...plain, ...more } as KeyboardEvent;
}

describe('a chord', () => {
  test.each([
    ['Tab', press('Tab')],
    ['Mod+ArrowRight', press('ArrowRight', { ctrlKey: true })],
    ['Mod+ArrowRight', press('ArrowRight', { metaKey: true })],
    ['Mod+Alt+Shift+K', press('k', { ctrlKey: true, altKey: true, shiftKey: true })],
    ['Mod+Space', press(' ', { ctrlKey: true })],
    ['Mod++', press('+', { ctrlKey: true })],
    [null, press('Shift', { shiftKey: true })],
    [null, press('ArrowRight', { ctrlKey: true, metaKey: true })],
  ])('%s', (chord, event) => {
    expect(chordOf(event)).toBe(chord);
  });

  test.each(['A', 'Shift+A', 'Space', 'Enter', 'é', '+', 'Backspace'])(
    '%s is for writing and cannot be a command',
    (chord) => expect(canBeBound(chord)).toBe(false),
  );

  test.each(['Tab', 'Escape', 'F2', 'Mod+A', 'Alt+Space', 'Mod+Enter', 'End'])(
    '%s can be a command',
    (chord) => expect(canBeBound(chord)).toBe(true),
  );

  test('is printed as it is on the keys', () => {
    expect(printed('Mod+ArrowRight', false)).toEqual(['Ctrl', '→']);
    expect(printed('Mod+Alt+Shift+K', true)).toEqual(['⌘', '⌥', '⇧', 'K']);
    expect(printed('Mod++', false)).toEqual(['Ctrl', '+']);
  });
});

test('no chord ever does two things', () => {
  const changes = fc.array(
    fc.tuple(fc.constantFrom(...COMMANDS), fc.constantFrom('Tab', 'Escape', 'F2', 'F3', null)),
  );
  fc.assert(
    fc.property(changes, (made) => {
      let { bindings } = DEFAULT_KEYS;
      for (const [command, chord] of made) {
        bindings = rebound(bindings, command, chord);
        expect(bindings[command]).toBe(chord);
      }
      const bound = Object.values(bindings).filter((chord) => chord !== null);
      expect(new Set(bound).size).toBe(bound.length);
    }),
  );
});
