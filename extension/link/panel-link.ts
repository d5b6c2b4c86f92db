/** The line of the extension's own pages to the background. */

import { type Browser, browser } from 'wxt/browser';
import {
  type FromPanel,
  type LinkState,
  PANEL_PORT,
  type PairResult,
  type PanelQuestion,
  type Rules,
  type ToPanel,
} from './contract';
import type { DaemonMessage } from './protocol';

export type Answer<T extends DaemonMessage['type']> = Extract<DaemonMessage, { type: T }>;

const STAY_AWAKE_MS = 20_000;

interface Waiting {
  answered: (message: DaemonMessage | null) => void;
  paired: (result: PairResult) => void;
}

const NOBODY: Waiting = { answered: () => {}, paired: () => {} };

export class PanelLink {
  onState: (state: LinkState, port: number, rules: Rules) => void = () => {};
  onPush: (message: DaemonMessage) => void = () => {};

  private port: Browser.runtime.Port | null = null;
  private asked = 0;
  private readonly waiting = new Map<number, Waiting>();

  /** Connect, and stay connected while this page is looked at. */
  open(): void {
    this.send({ kind: 'attend' });
    setInterval(() => {
      if (!document.hidden) this.send({ kind: 'attend' });
    }, STAY_AWAKE_MS);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.send({ kind: 'attend' });
    });
  }

  /** The daemon's answer, or null when it could not be asked or refused. */
  async ask<T extends DaemonMessage['type']>(
    type: T,
    message: PanelQuestion,
  ): Promise<Answer<T> | null> {
    const answer = await this.question(message);
    return answer?.type === type ? (answer as Answer<T>) : null;
  }

  /** Why the daemon did not do this, in words for its user; null when it did. */
  async refusal(message: PanelQuestion): Promise<string | null> {
    const answer = await this.question(message);
    if (!answer) return 'PLM did not answer.';
    return answer.type === 'error' ? answer.message : null;
  }

  pair(port: number, code: string): Promise<PairResult> {
    return new Promise((resolve) => {
      const ask = this.expect({ paired: resolve, answered: () => resolve('lost') });
      this.send({ kind: 'pair', ask, port, code });
    });
  }

  unpair(): void {
    this.send({ kind: 'unpair' });
  }

  private question(message: PanelQuestion): Promise<DaemonMessage | null> {
    return new Promise((resolve) => {
      const ask = this.expect({ ...NOBODY, answered: resolve });
      this.send({ kind: 'question', ask, message });
    });
  }

  private expect(waiting: Waiting): number {
    this.asked += 1;
    this.waiting.set(this.asked, waiting);
    return this.asked;
  }

  private send(message: FromPanel): void {
    this.port ??= this.connect();
    this.port.postMessage(message);
  }

  private connect(): Browser.runtime.Port {
    const port = browser.runtime.connect({ name: PANEL_PORT });
    port.onMessage.addListener((message: ToPanel) => this.receive(message));
    port.onDisconnect.addListener(() => {
      this.port = null;
      for (const { answered } of this.waiting.values()) answered(null);
      this.waiting.clear();
    });
    return port;
  }

  private receive(message: ToPanel): void {
    if (message.kind === 'state') {
      this.onState(message.state, message.port, message.rules);
      return;
    }
    if (message.kind === 'push') {
      this.onPush(message.message);
      return;
    }
    const waiting = this.waiting.get(message.ask) ?? NOBODY;
    this.waiting.delete(message.ask);
    if (message.kind === 'answer') waiting.answered(message.message);
    else if (message.kind === 'unanswered') waiting.answered(null);
    else waiting.paired(message.result);
  }
}
