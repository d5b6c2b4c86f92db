// @vitest-environment node
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newKey, seal, unseal } from './seal';

test('what is sealed comes back with the same key, and with no other', async () => {
  const [key, other] = [await newKey(), await newKey()];
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      const sealed = await seal(key, text);
      expect(await unseal(key, sealed)).toBe(text);
      expect(await unseal(other, sealed)).toBeNull();
    }),
  );
});

test('the same text is never sealed alike, and what is changed is not opened', async () => {
  const key = await newKey();
  const [one, two] = [await seal(key, 'Dear Ann'), await seal(key, 'Dear Ann')];
  expect(one.nonce).not.toBe(two.nonce);
  expect(one.content).not.toBe(two.content);
  expect(await unseal(key, { ...one, nonce: two.nonce })).toBeNull();
});

test('the key cannot be read out', async () => {
  const key = await newKey();
  expect(key.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
});
