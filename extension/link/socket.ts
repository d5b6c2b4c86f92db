/** One WebSocket to the daemon as a pipe of typed messages. */

import type { ClientMessage, DaemonMessage } from './protocol';

const SUBPROTOCOL = 'plm.v1';
const OPEN_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 10_000;

/** Nothing that speaks our protocol answers on the port. */
export class Unreachable extends Error {}

export class DaemonSocket {
  /** Called with each message once nobody waits in `next`. */
  onMessage: (message: DaemonMessage) => void = () => {};
  onClose: (code: number) => void = () => {};

  private readonly arrived: DaemonMessage[] = [];
  private waiting: ((message: DaemonMessage | null) => void) | null = null;
  private listening = false;

  private constructor(private readonly socket: WebSocket) {
    socket.onmessage = (event) => this.receive(event);
    socket.onclose = (event) => this.end(event.code);
  }

  static open(port: number): Promise<DaemonSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/v1`, SUBPROTOCOL);
      const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
      const fail = () => {
        clearTimeout(timer);
        reject(new Unreachable());
      };
      socket.onclose = fail;
      socket.onopen = () => {
        clearTimeout(timer);
        // Chromium insists that the server selects the subprotocol, Firefox does not.
        if (socket.protocol !== SUBPROTOCOL) {
          socket.close();
          return;
        }
        resolve(new DaemonSocket(socket));
      };
    });
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(message: ClientMessage): void {
    if (this.isOpen) this.socket.send(JSON.stringify(message));
  }

  /** The next message of a handshake, or null when the connection ends or stays silent. */
  next(): Promise<DaemonMessage | null> {
    const message = this.arrived.shift();
    if (message || !this.isOpen) return Promise.resolve(message ?? null);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.waiting?.(null), ANSWER_TIMEOUT_MS);
      this.waiting = (answer) => {
        clearTimeout(timer);
        this.waiting = null;
        resolve(answer);
      };
    });
  }

  /** The handshake is over: from now on messages go to `onMessage`. */
  listen(): void {
    this.listening = true;
    for (const message of this.arrived.splice(0)) this.onMessage(message);
  }

  close(): void {
    this.socket.close();
  }

  private receive(event: MessageEvent): void {
    const message = parse(event.data);
    if (!message) return;
    if (this.waiting) this.waiting(message);
    else if (this.listening) this.onMessage(message);
    else this.arrived.push(message);
  }

  private end(code: number): void {
    this.waiting?.(null);
    this.onClose(code);
  }
}

function parse(data: unknown): DaemonMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message: unknown = JSON.parse(data);
    const isMessage = typeof message === 'object' && message !== null && 'type' in message;
    return isMessage ? (message as DaemonMessage) : null;
  } catch {
    return null;
  }
}
