/**
 * Where the key is, so that it outlives a background that sleeps.
 *
 * Apart from what it seals: that is in the browser's memory and nowhere else, the key is in the
 * extension's IndexedDB, where alone a key can lie that nobody can read out. The browser writes it to
 * disk there; it is of no use after the session whose texts it sealed.
 */

import { newKey } from './seal';

const DATABASE = 'outbox';
const STORE = 'keys';
const NAME = 'seal';

/** In place of any earlier one. */
export async function freshKey(): Promise<CryptoKey> {
  const key = await newKey();
  // Where nothing can be written to disk, it lasts for as long as the background is awake.
  await withStore('readwrite', (store) => store.put(key, NAME)).catch(() => {});
  return key;
}

/** Undefined when there is none. Rejects when that cannot be found out right now. */
export function keptKey(): Promise<CryptoKey | undefined> {
  return withStore<CryptoKey | undefined>('readonly', (store) => store.get(NAME));
}

export async function forgetKey(): Promise<void> {
  await withStore('readwrite', (store) => store.delete(NAME)).catch(() => {});
}

async function withStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await finished(opening);
  try {
    return await finished(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
