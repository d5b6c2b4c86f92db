import { describe, expect, test } from 'vitest';
import { DEFAULT_KEYS } from './bindings';
import { commandOf } from './keys';

const { bindings } = DEFAULT_KEYS;

/** As a person's key press; scripts cannot make these. */
function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  return { isTrusted: true, key, ...plain, ...more } as KeyboardEvent;
}

describe('while a ghost is visible', () => {
  test.each([
    ['Tab', press('Tab'), 'accept'],
    ['Escape', press('Escape'), 'dismiss'],
    ['Ctrl+→', press('ArrowRight', { ctrlKey: true }), 'accept_word'],
    ['Cmd+→', press('ArrowRight', { metaKey: true }), 'accept_word'],
    ['Ctrl+↓', press('ArrowDown', { ctrlKey: true }), 'accept_sentence'],
  ])('%s is for PLM', (_, event, command) => {
    expect(commandOf(event, bindings, true)).toBe(command);
    expect(commandOf(event, bindings, false)).toBeNull();
  });

  test("another key can do it, and then Tab is the page's", () => {
    const changed = { ...bindings, accept: 'Alt+Shift+K' };
    expect(commandOf(press('K', { altKey: true, shiftKey: true }), changed, true)).toBe('accept');
    expect(commandOf(press('Tab'), changed, true)).toBeNull();
  });

  test.each([
    ['Shift+Tab', press('Tab', { shiftKey: true })],
    ['Ctrl+Tab', press('Tab', { ctrlKey: true })],
    ['Alt+Tab', press('Tab', { altKey: true })],
    ['Cmd+Tab', press('Tab', { metaKey: true })],
    ['a plain →', press('ArrowRight')],
    ['Ctrl+Shift+→', press('ArrowRight', { ctrlKey: true, shiftKey: true })],
    ['Ctrl+Cmd+→', press('ArrowRight', { ctrlKey: true, metaKey: true })],
    ['a letter', press('a')],
    ['Enter', press('Enter')],
    ['Tab while an input method composes', press('Tab', { isComposing: true })],
    ['Tab that an input method swallows', press('Tab', { keyCode: 229 })],
    ['the repeats of a Tab that is held down', press('Tab', { repeat: true })],
    ['a Tab made by a script', press('Tab', { isTrusted: false })],
    ['the key that asks for a ghost', press(' ', { ctrlKey: true })],
  ])('%s stays with the page', (_, event) => {
    expect(commandOf(event, bindings, true)).toBeNull();
  });
});

test('while none is visible, Ctrl+Space asks for one', () => {
  expect(commandOf(press(' ', { ctrlKey: true }), bindings, false)).toBe('suggest');
});
