// @vitest-environment node
import { describe, expect, test } from 'vitest';
import vectors from '../../tests/fixtures/handshake.json';
import {
  fromHex,
  newNonce,
  normaliseCode,
  PROTOCOL_VERSION,
  type ProofLabel,
  pairingSecret,
  proof,
  proofsEqual,
  stretchCode,
} from './handshake';
import schema from './protocol.schema.json';

test('the version is that of the messages', () => {
  expect(PROTOCOL_VERSION).toBe(schema.$defs.Hello.properties.version.default);
  expect(PROTOCOL_VERSION).toBe(schema.$defs.PairHello.properties.version.default);
});

describe('the handshake agrees with the daemon on the shared vectors', () => {
  test.each(vectors.normalise_code)('a code typed as $code', ({ code, letters }) => {
    expect(normaliseCode(code)).toBe(letters);
  });

  test.each(vectors.stretch_code)('the key that $code stands for', async (vector) => {
    const nonces = { client: vector.client_nonce, daemon: vector.daemon_nonce };
    const key = await stretchCode(vector.code, nonces);
    expect(key).toEqual(fromHex(vector.key));
  });

  test.each(vectors.proof)('the proof $label for $origin', async (vector) => {
    const nonces = { client: vector.client_nonce, daemon: vector.daemon_nonce };
    const given = await proof(
      fromHex(vector.key),
      vector.label as ProofLabel,
      nonces,
      vector.origin,
    );
    expect(given).toBe(vector.proof);
  });

  test.each(vectors.pairing_secret)('the secret kept for $origin', async (vector) => {
    const nonces = { client: vector.client_nonce, daemon: vector.daemon_nonce };
    expect(await pairingSecret(fromHex(vector.key), nonces, vector.origin)).toBe(vector.secret);
  });
});

test('a nonce is 32 bytes in hexadecimal and never the same twice', () => {
  expect(newNonce()).toMatch(/^[0-9a-f]{64}$/);
  expect(newNonce()).not.toBe(newNonce());
});

test('proofs are equal only when every character and the length agree', () => {
  expect(proofsEqual('abc', 'abc')).toBe(true);
  expect(proofsEqual('abc', 'abd')).toBe(false);
  expect(proofsEqual('abc', 'ab')).toBe(false);
  expect(proofsEqual('abc', 'abcd')).toBe(false);
  expect(proofsEqual('abc', '')).toBe(false);
});
