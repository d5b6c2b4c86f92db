import { browser } from 'wxt/browser';

/** Where the user pairs this browser, and lets PLM into pages. */
export async function openPairing(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('/pair.html') });
}

/** What PLM does, reads, keeps and learns, in four steps. */
export async function openTour(): Promise<void> {
  await browser.tabs.create({ url: browser.runtime.getURL('/tour.html') });
}

/** Browsers open their side bars only straight from a click: nothing may be awaited before. */
export function openPanel(windowId: number): Promise<void> {
  const { sidebarAction } = browser as unknown as { sidebarAction: { open(): Promise<void> } };
  return import.meta.env.FIREFOX ? sidebarAction.open() : browser.sidePanel.open({ windowId });
}
