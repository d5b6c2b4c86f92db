import { expect, test } from 'vitest';
import { PROTOCOL_VERSION } from './handshake';
import { refusalIn } from './pairing';
import type { Error as ErrorMessage } from './protocol';

function error(code: ErrorMessage['code'], version: number | null = null): ErrorMessage {
  return { type: 'error', id: 'hello', code, message: '', version };
}

test('the side that speaks the lower version is the one to update', () => {
  expect(refusalIn(error('version', PROTOCOL_VERSION + 1))).toBe('extension_older');
  expect(refusalIn(error('version', PROTOCOL_VERSION - 1))).toBe('daemon_older');
});

test('a daemon that does not say its version is from before it could', () => {
  const { version: _, ...silent } = error('version');
  expect(refusalIn(silent as ErrorMessage)).toBe('daemon_older');
});

test.each(['storage', 'busy', 'internal'] as const)('after %s the pairing still holds', (code) => {
  expect(refusalIn(error(code))).toBe('lost');
});

test.each(['refused', 'not_authenticated'] as const)('after %s it does not', (code) => {
  expect(refusalIn(error(code))).toBe('refused');
});
