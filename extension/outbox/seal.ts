/** Texts are sealed while they wait: AES-GCM, with a key that this browser makes for itself. */

import { fromHex, toHex } from '../link/handshake';

const CIPHER = 'AES-GCM';
const KEY_BITS = 256;
const NONCE_BYTES = 12;

export interface Sealed {
  /** Never the same twice, so it names what is sealed. Hexadecimal, as is what is sealed. */
  nonce: string;
  content: string;
}

/** It can be used, and not be read out, not even by the extension itself. */
export function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: CIPHER, length: KEY_BITS }, false, [
    'encrypt',
    'decrypt',
  ]);
}

export async function seal(key: CryptoKey, text: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = new TextEncoder().encode(text);
  const content = await crypto.subtle.encrypt({ name: CIPHER, iv }, key, plain);
  return { nonce: toHex(iv), content: toHex(new Uint8Array(content)) };
}

/** Null when the key is another one, or what was sealed was changed. */
export async function unseal(key: CryptoKey, { nonce, content }: Sealed): Promise<string | null> {
  try {
    const cipher = { name: CIPHER, iv: fromHex(nonce) };
    return new TextDecoder().decode(await crypto.subtle.decrypt(cipher, key, fromHex(content)));
  } catch {
    return null;
  }
}
