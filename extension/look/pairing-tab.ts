import { browser } from 'wxt/browser';

/** Where the user pairs this browser, and lets PLM into pages. */
export async function openPairing(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('/pair.html') });
}
