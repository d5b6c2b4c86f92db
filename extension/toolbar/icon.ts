/** The toolbar icon says at a glance what PLM is doing. */

import { browser } from 'wxt/browser';
import type { LinkState } from '../link/contract';

type Look = 'ready' | 'off' | 'trouble' | 'capturing';

export class ToolbarIcon {
  private common: Look = 'off';
  private title = 'PLM';
  /** Tabs that have been given a look of their own; it lasts until they navigate. */
  private readonly marked = new Set<number>();

  /** For every tab that has no look of its own. */
  async showState(state: LinkState, completions: boolean): Promise<void> {
    this.common = lookOf(state, completions);
    this.title = titleOf(state, completions);
    await browser.action.setIcon({ path: paths(this.common) });
    await browser.action.setTitle({ title: this.title });
  }

  /** Whether what is written in this tab is being kept. */
  async showTab(tabId: number, capturing: boolean): Promise<void> {
    if (!capturing && !this.marked.has(tabId)) return;
    this.marked.add(tabId);
    const title = capturing ? 'PLM keeps what you write on this site' : this.title;
    try {
      await browser.action.setIcon({ tabId, path: paths(capturing ? 'capturing' : this.common) });
      await browser.action.setTitle({ tabId, title });
    } catch {
      this.marked.delete(tabId); // the tab was closed in the meantime
    }
  }
}

export function lookOf(state: LinkState, completions: boolean): Look {
  if (state === 'connected') return completions ? 'ready' : 'off';
  return state === 'unpaired' || state === 'connecting' ? 'off' : 'trouble';
}

export function titleOf(state: LinkState, completions: boolean): string {
  switch (state) {
    case 'connected':
      return completions ? 'PLM is ready' : 'PLM: suggestions are off';
    case 'connecting':
      return 'PLM is connecting';
    case 'unpaired':
      return 'PLM is not paired yet';
    case 'down':
      return 'PLM is not running on this computer';
    case 'refused':
      return 'PLM does not know this browser any more: pair again';
    case 'impostor':
      return 'Something else answers in place of PLM';
    case 'extension_older':
      return 'Please update this extension: PLM is newer';
    case 'daemon_older':
      return 'Please update PLM: this extension is newer';
  }
}

function paths(look: Look): Record<string, string> {
  return { 16: `/icons/${look}-16.png`, 32: `/icons/${look}-32.png` };
}
