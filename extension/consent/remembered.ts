/** What the daemon said last of the sites whose text it keeps, for while it cannot be asked. */

import { browser } from 'wxt/browser';
import type { SiteRule } from '../link/protocol';

const KEY = 'keeping_on';

/** In the browser's memory only: which sites these are is nothing for the disk. */
export async function rememberSites(sites: readonly SiteRule[]): Promise<void> {
  await browser.storage.session.set({ [KEY]: sites.filter(({ capture }) => capture) });
}

export async function rememberedSites(): Promise<SiteRule[]> {
  const stored = await browser.storage.session.get(KEY);
  return (stored[KEY] as SiteRule[] | undefined) ?? [];
}

export async function forgetSites(): Promise<void> {
  await browser.storage.session.remove(KEY);
}
