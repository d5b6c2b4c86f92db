/**
 * The handshake's arithmetic: who knows the secret, proven without ever sending it.
 *
 * The twin of `daemon/protocol/handshake.py`; both are checked against the same vectors in
 * `tests/fixtures/handshake.json`.
 */

/** Grows with every change that the other side has to know of; as the daemon's. */
export const PROTOCOL_VERSION = 1;
const PAIRING_ITERATIONS = 600_000;
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const CODE_LENGTH = 10;

export type ProofLabel = 'pair-daemon' | 'pair-client' | 'pair-secret' | 'daemon' | 'client';

export interface Nonces {
  client: string;
  daemon: string;
}

/** 32 random bytes in hexadecimal. */
export function newNonce(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(32)));
}

/** What the user typed, as the ten letters it means (Crockford's reading of I, L, O). */
export function normaliseCode(code: string): string {
  const letters = code.toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0');
  return [...letters].filter((letter) => CODE_ALPHABET.includes(letter)).join('');
}

/** The 32-byte key that a pairing code stands for in one pairing attempt. */
export async function stretchCode(code: string, nonces: Nonces): Promise<Uint8Array<ArrayBuffer>> {
  const letters = new TextEncoder().encode(normaliseCode(code));
  const material = await crypto.subtle.importKey('raw', letters, 'PBKDF2', false, ['deriveBits']);
  const salt = fromHex(nonces.client + nonces.daemon);
  const bits = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: PAIRING_ITERATIONS },
    material,
    256,
  );
  return new Uint8Array(bits);
}

/** HMAC-SHA256 over the label, both nonces and the connection's Origin, in hexadecimal. */
export async function proof(
  key: Uint8Array<ArrayBuffer>,
  label: ProofLabel,
  nonces: Nonces,
  origin: string,
): Promise<string> {
  const message = ['plm.v1', label, nonces.client, nonces.daemon, origin].join('|');
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  const signature = await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(message));
  return toHex(new Uint8Array(signature));
}

/** The secret that both sides keep once pairing is done, in hexadecimal. */
export function pairingSecret(
  key: Uint8Array<ArrayBuffer>,
  nonces: Nonces,
  origin: string,
): Promise<string> {
  return proof(key, 'pair-secret', nonces, origin);
}

/** Compares without stopping at the first difference. */
export function proofsEqual(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let index = 0; index < expected.length; index += 1) {
    difference |= expected.charCodeAt(index) ^ given.charCodeAt(index);
  }
  return difference === 0;
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}
