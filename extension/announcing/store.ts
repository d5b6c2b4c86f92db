/** Whether suggestions are said as well as shown: kept in this browser, as screen readers are. */

import { browser } from 'wxt/browser';
import { watchStored } from '../link/stored';

const KEY = 'announcing';

export async function saveAnnouncing(isOn: boolean): Promise<void> {
  await browser.storage.local.set({ [KEY]: isOn });
}

/** `onChange` is told now and whenever it changes, until what is returned is called. */
export function watchAnnouncing(onChange: (isOn: boolean) => void): () => void {
  return watchStored(KEY, (stored) => onChange(stored === true));
}
