/** The texts that wait, sealed, in the browser's memory: they outlive a background that sleeps. */

import { browser } from 'wxt/browser';
import { forgetKey, freshKey, keptKey } from './key-safe';
import { queued, type Waiting, without } from './queue';
import { seal, unseal } from './seal';

const STORED = 'outbox';

export class OutboxStore {
  texts: readonly Waiting[] = [];
  private key: Promise<CryptoKey> | null = null;
  /** Changes are made one after the other, the first being to read what is there. */
  private last: Promise<unknown> = this.read();

  /** What is here from before the background slept is known. */
  async ready(): Promise<void> {
    await this.last;
  }

  add(draft: string, site: string, text: string): Promise<void> {
    const written = Date.now();
    return this.inTurn(async () => {
      const sealed = await seal(await this.usableKey(), text);
      await this.write(queued(this.texts, { ...sealed, draft, site, written }));
    });
  }

  remove(text: Waiting): Promise<void> {
    return this.inTurn(() => this.write(without(this.texts, text)));
  }

  /** The key goes as well. */
  empty(): Promise<void> {
    return this.inTurn(async () => {
      this.texts = [];
      this.key = null;
      await browser.storage.session.remove(STORED);
      await forgetKey();
    });
  }

  /** Null when its key is gone. Rejects when that cannot be found out right now. */
  async open(text: Waiting): Promise<string | null> {
    return unseal(await this.usableKey(), text);
  }

  /** A fresh one when nothing waits that an earlier one sealed, as when the browser starts. */
  private usableKey(): Promise<CryptoKey> {
    this.key ??= this.findKey().catch((error) => {
      this.key = null; // and tried again
      throw error;
    });
    return this.key;
  }

  private async findKey(): Promise<CryptoKey> {
    const kept = this.texts.length ? await keptKey() : undefined;
    return kept ?? freshKey();
  }

  private async read(): Promise<void> {
    const stored = await browser.storage.session.get(STORED);
    this.texts = (stored[STORED] as Waiting[] | undefined) ?? [];
  }

  private async write(texts: readonly Waiting[]): Promise<void> {
    this.texts = texts;
    await browser.storage.session.set({ [STORED]: texts });
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }
}
