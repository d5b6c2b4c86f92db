import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { isSensitive, watchForSecrets, wordsOf } from './sensitive';

function field(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.querySelector('input, textarea, [contenteditable]') as HTMLElement;
}

beforeEach(() => watchForSecrets(document));

describe('a field is never read when it is', () => {
  test.each([
    '<input type="password">',
    '<input autocomplete="current-password">',
    '<input autocomplete="section-a billing cc-number">',
    '<input autocomplete="one-time-code">',
    '<input autocomplete="username webauthn">',
    '<input name="userPassword">',
    '<input id="card-number">',
    '<input placeholder="Security code">',
    '<input aria-label="CVV">',
    '<textarea name="seed_phrase"></textarea>',
    '<input name="pin" autocomplete="off">',
    '<input name="access_token" autocomplete="off">',
    '<input inputmode="numeric" maxlength="6">',
    '<textarea data-gramm="false"></textarea>',
    '<div data-plm="false"><textarea></textarea></div>',
    '<div data-enable-grammarly="false"><p contenteditable="true"></p></div>',
  ])('%s', (html) => {
    expect(isSensitive(field(html))).toBe(true);
  });
});

describe('a field may be helped with when it is', () => {
  test.each([
    '<input>',
    '<textarea name="message"></textarea>',
    '<input name="shipping_address">',
    '<input name="compass">',
    '<input name="opinion" autocomplete="off">',
    '<input name="promo_code">',
    '<input name="keyboard" autocomplete="off">',
    '<input inputmode="numeric" maxlength="20">',
    '<textarea data-gramm="true"></textarea>',
  ])('%s', (html) => {
    expect(isSensitive(field(html))).toBe(false);
  });
});

test('a password field stays one after "show password"', () => {
  const input = field('<input type="password">') as HTMLInputElement;
  expect(isSensitive(input)).toBe(true);
  input.type = 'text';
  expect(isSensitive(input)).toBe(true);
});

test('a password field that was never in use stays one after "show password"', async () => {
  const input = field('<input type="password">');
  input.setAttribute('type', 'text');
  await new Promise((resolve) => setTimeout(resolve));
  expect(isSensitive(input)).toBe(true);
});

test('names are split where people split them', () => {
  expect(wordsOf('userPassword')).toEqual(['user', 'password']);
  expect(wordsOf('card-number_2')).toEqual(['card', 'number', '2']);
  expect(wordsOf('  Mot de passe ')).toEqual(['mot', 'de', 'passe']);
});

test('a secret word is found at any place in a name', () => {
  const word = fc.constantFrom('password', 'otp', 'cvv', 'iban');
  const part = fc.stringMatching(/^[a-z]{0,6}$/);
  fc.assert(
    fc.property(
      part,
      word,
      part,
      fc.constantFrom('-', '_', ' ', '.'),
      (a, secret, b, separator) => {
        const input = document.createElement('input');
        input.name = [a, secret, b].join(separator);
        expect(isSensitive(input)).toBe(true);
      },
    ),
  );
});
