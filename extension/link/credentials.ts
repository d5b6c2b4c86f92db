/** What pairing leaves behind: where the daemon listens and the secret shared with it. */

import { browser } from 'wxt/browser';

export const DEFAULT_PORT = 41717;
const KEY = 'daemon';

export interface Credentials {
  port: number;
  pairing: string;
  /** 32 bytes in hexadecimal; never sent anywhere. */
  secret: string;
}

export async function loadCredentials(): Promise<Credentials | null> {
  const stored = await browser.storage.local.get(KEY);
  return (stored[KEY] as Credentials | undefined) ?? null;
}

export async function saveCredentials(credentials: Credentials): Promise<void> {
  await browser.storage.local.set({ [KEY]: credentials });
}

export async function forgetCredentials(): Promise<void> {
  await browser.storage.local.remove(KEY);
}
