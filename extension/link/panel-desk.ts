/** What the extension's own pages (panel, popup, pairing) ask of the background. */

import { type Browser, browser } from 'wxt/browser';
import type { DaemonConnection } from './connection';
import type { FromPanel, ToPanel } from './contract';
import type { DaemonMessage } from './protocol';
import type { Questions } from './questions';

type Port = Browser.runtime.Port;

export class PanelDesk {
  private readonly ports = new Set<Port>();

  constructor(
    private readonly connection: DaemonConnection,
    private readonly questions: Questions,
  ) {}

  get isEmpty(): boolean {
    return this.ports.size === 0;
  }

  admit(port: Port): void {
    this.ports.add(port);
    port.onMessage.addListener((message: FromPanel) => void this.receive(port, message));
    port.onDisconnect.addListener(() => this.ports.delete(port));
    this.post(port, this.stateMessage());
    void this.connection.demand();
  }

  announceState(): void {
    for (const port of this.ports) this.post(port, this.stateMessage());
  }

  push(message: DaemonMessage): void {
    for (const port of this.ports) this.post(port, { kind: 'push', message });
  }

  private async receive(port: Port, message: FromPanel): Promise<void> {
    const { ask } = { ask: 0, ...message };
    switch (message.kind) {
      case 'attend':
        if (await this.connection.demand()) this.connection.send({ type: 'ping' });
        return;
      case 'pair': {
        const result = await this.connection.pair(message.port, message.code, await clientName());
        this.post(port, { kind: 'pair_result', ask, result });
        return;
      }
      case 'unpair':
        return this.connection.unpair();
      case 'question':
        return this.questions.ask(message.message, (answer) =>
          this.post(
            port,
            answer ? { kind: 'answer', ask, message: answer } : { kind: 'unanswered', ask },
          ),
        );
    }
  }

  private stateMessage(): ToPanel {
    const { state, port, rules } = this.connection;
    return { kind: 'state', state, port, rules };
  }

  private post(port: Port, message: ToPanel): void {
    if (this.ports.has(port)) port.postMessage(message);
  }
}

/** What `plm pair --list` shows for this browser. */
async function clientName(): Promise<string> {
  const { os } = await browser.runtime.getPlatformInfo();
  const name = import.meta.env.FIREFOX ? 'Firefox' : 'Chromium';
  return `${name} on ${os}`;
}
