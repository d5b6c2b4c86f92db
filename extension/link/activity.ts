/** Tells the daemon whether anybody is at the machine: it learns only while nobody is. */

import { browser } from 'wxt/browser';
import type { DaemonConnection } from './connection';

const AWAY_S = 60;

export class ActivityReport {
  constructor(private readonly connection: DaemonConnection) {
    browser.idle.setDetectionInterval(AWAY_S);
    browser.idle.onStateChanged.addListener((state) => this.tell(state !== 'active'));
  }

  /** For a daemon that knows nothing yet. */
  async begin(): Promise<void> {
    this.tell((await browser.idle.queryState(AWAY_S)) !== 'active');
  }

  private tell(idle: boolean): void {
    if (this.connection.state === 'connected') this.connection.send({ type: 'activity', idle });
  }
}
