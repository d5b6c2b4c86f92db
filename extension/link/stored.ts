/** What is kept in this browser, under one name. */

import { browser } from 'wxt/browser';

/** `onChange` is told the value now and whenever it changes, until what is returned is called. */
export function watchStored(key: string, onChange: (value: unknown) => void): () => void {
  const notice = (changes: Record<string, { newValue?: unknown }>) => {
    if (key in changes) onChange(changes[key]?.newValue);
  };
  browser.storage.local.onChanged.addListener(notice);
  void browser.storage.local.get(key).then((stored) => onChange(stored[key]));
  return () => browser.storage.local.onChanged.removeListener(notice);
}
