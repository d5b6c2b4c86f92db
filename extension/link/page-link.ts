/** A page's line to the background: opened when first needed, and again after either side slept. */

import { type Browser, browser } from 'wxt/browser';
import { DEFAULT_KEYS } from '../keys/bindings';
import {
  type FromPage,
  PAGE_PORT,
  type PageRules,
  type SuggestionAnswer,
  type ToPage,
} from './contract';

const NOTHING_ALLOWED: PageRules = {
  kind: 'rules',
  completions: false,
  capture: false,
  keys: DEFAULT_KEYS,
  announces: false,
};

export class PageLink {
  onSuggestion: (answer: SuggestionAnswer) => void = () => {};
  onRules: (rules: PageRules) => void = () => {};
  /** The background sleeps, or the extension is gone. */
  onLost: () => void = () => {};

  rules = NOTHING_ALLOWED;
  private port: Browser.runtime.Port | null = null;

  send(message: FromPage): void {
    try {
      this.port ??= this.connect();
      this.port.postMessage(message);
    } catch {
      // The extension was updated or removed while this page stayed open.
      this.lose();
    }
  }

  private connect(): Browser.runtime.Port {
    const port = browser.runtime.connect({ name: PAGE_PORT });
    port.onMessage.addListener((message: ToPage) => this.receive(message));
    port.onDisconnect.addListener(() => {
      if (this.port === port) this.lose();
    });
    return port;
  }

  private receive(message: ToPage): void {
    if (message.kind === 'suggestion') {
      this.onSuggestion(message);
    } else {
      this.rules = message;
      this.onRules(message);
    }
  }

  /** Rules stay as they were known: whatever wakes the background asks for them again. */
  private lose(): void {
    this.port = null;
    this.onLost();
  }
}
