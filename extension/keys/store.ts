/** Where the keys that the user chose are kept: in this browser, as keyboards differ. */

import { browser } from 'wxt/browser';
import { watchStored } from '../link/stored';
import { COMMANDS, DEFAULT_KEYS, type Keys } from './bindings';

const KEY = 'keys';

export async function saveKeys(keys: Keys): Promise<void> {
  await browser.storage.local.set({ [KEY]: keys });
}

/** `onChange` is told of the keys now and whenever they change, until what is returned is called. */
export function watchKeys(onChange: (keys: Keys) => void): () => void {
  return watchStored(KEY, (stored) => onChange(understood(stored)));
}

/** What another version wrote may lack a command, or be something else altogether. */
function understood(stored: unknown): Keys {
  const { bindings, tabInShortFields } = { ...(stored as Partial<Keys> | undefined) };
  const known = { ...DEFAULT_KEYS.bindings };
  for (const command of COMMANDS) {
    const chord = bindings?.[command];
    if (chord === null || typeof chord === 'string') known[command] = chord;
  }
  return { bindings: known, tabInShortFields: tabInShortFields === true };
}
