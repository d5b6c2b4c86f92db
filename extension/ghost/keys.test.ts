import { describe, expect, test } from 'vitest';
import { commandOf } from './keys';

/** As a person's key press; scripts cannot make these. */
function press(key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  return { isTrusted: true, key, ...plain, ...more } as KeyboardEvent;
}

describe('while a ghost is visible', () => {
  test('Tab accepts, Escape dismisses, Ctrl or Cmd with → takes a word', () => {
    expect(commandOf(press('Tab'))).toBe('accept');
    expect(commandOf(press('Escape'))).toBe('dismiss');
    expect(commandOf(press('ArrowRight', { ctrlKey: true }))).toBe('accept_word');
    expect(commandOf(press('ArrowRight', { metaKey: true }))).toBe('accept_word');
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
  ])('%s stays with the page', (_, event) => {
    expect(commandOf(event)).toBeNull();
  });
});
