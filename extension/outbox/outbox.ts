/**
 * Nothing that may be kept is lost while the daemon is away: each text waits here, sealed, until the
 * daemon has said what became of it.
 *
 * The daemon keeps one text of a draft and looks at consent and deletions when a text arrives, so
 * what was sent and not answered is sent again.
 */

import { allowsCapture } from '../consent/allowed';
import { BackOff } from '../link/back-off';
import type { DaemonConnection } from '../link/connection';
import type { Capture, DaemonMessage } from '../link/protocol';
import type { Questions } from '../link/questions';
import type { Waiting } from './queue';
import { OutboxStore } from './store';

/** A frame of more than a mebibyte ends the connection, each time that it is sent. */
const LARGEST_BYTES = 1_000_000;

export type Text = Omit<Capture, 'id' | 'waited_ms'>;

/** The daemon is gone; it cannot keep this now; it has kept it or never will. */
type Outcome = 'unheard' | 'later' | 'settled';

export class Outbox {
  private readonly store = new OutboxStore();
  private isDelivering = false;
  private readonly retry = new BackOff(() => void this.deliver());

  constructor(
    private readonly connection: DaemonConnection,
    private readonly questions: Questions,
  ) {
    void this.store.ready().then(() => {
      if (!this.isEmpty) void connection.demand();
    });
  }

  get isEmpty(): boolean {
    return this.store.texts.length === 0;
  }

  /** Only where it may be kept, as far as is known. */
  async post(text: Text): Promise<void> {
    const content = JSON.stringify(text);
    if (new TextEncoder().encode(content).length > LARGEST_BYTES) return;
    await this.store.add(text.draft, text.site, content);
    await this.deliver();
  }

  /** The oldest first, one after the other. */
  async deliver(): Promise<void> {
    await this.store.ready();
    if (this.isDelivering) return;
    this.isDelivering = true;
    try {
      await this.deliverAll();
    } finally {
      this.isDelivering = false;
    }
  }

  async empty(): Promise<void> {
    this.retry.succeeded();
    await this.store.empty();
  }

  private async deliverAll(): Promise<void> {
    const putOff = new Set<Waiting>();
    const next = () => this.store.texts.find((text) => !putOff.has(text));
    for (let text = next(); text && this.connection.state === 'connected'; text = next()) {
      const outcome = await this.handOver(text);
      if (outcome === 'unheard') return; // it goes on when there is a connection again
      if (outcome === 'later') putOff.add(text);
      else await this.store.remove(text);
    }
    if (putOff.size) this.retry.failed();
    else this.retry.succeeded();
  }

  private async handOver(text: Waiting): Promise<Outcome> {
    if (!allowsCapture(text.site, this.connection.rules.sites)) return 'settled';
    const content = await this.store.open(text).catch(() => undefined);
    if (content === undefined) return 'later';
    if (content === null) return 'settled';
    const waited_ms = Math.max(0, Date.now() - text.written);
    const capture: Text = JSON.parse(content);
    return outcomeOf(await this.ask({ ...capture, waited_ms }));
  }

  private ask(capture: Omit<Capture, 'id'>): Promise<DaemonMessage | null> {
    return new Promise((resolve) => void this.questions.ask(capture, resolve));
  }
}

function outcomeOf(answer: DaemonMessage | null): Outcome {
  if (!answer) return 'unheard';
  const canBeLater = answer.type === 'error' && ['busy', 'storage'].includes(answer.code);
  return canBeLater ? 'later' : 'settled';
}
