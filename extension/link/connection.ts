/** The one connection to the daemon: made on demand, kept while somebody needs it. */

import { forgetSites, rememberedSites, rememberSites } from '../consent/remembered';
import { BackOff } from './back-off';
import type { LinkState, PairResult, Rules } from './contract';
import {
  type Credentials,
  DEFAULT_PORT,
  forgetCredentials,
  loadCredentials,
  saveCredentials,
} from './credentials';
import { authenticate, HandshakeError, pair } from './pairing';
import type { ClientMessage, DaemonMessage, Welcome } from './protocol';
import { DaemonSocket } from './socket';

/** A demand within this time of a failed attempt waits for the retry instead of knocking again. */
const KNOCK_AGAIN_MS = 1_000;
/** WebSocket close code: the pairing was removed while we were connected. */
const CLOSE_UNPAIRED = 4001;

const NO_RULES: Rules = { completions: false, sites: [] };

export class DaemonConnection {
  onState: (state: LinkState) => void = () => {};
  onRules: (rules: Rules) => void = () => {};
  onMessage: (message: DaemonMessage) => void = () => {};
  /** The pairing is over: what was meant for its daemon is meant for no other. */
  onParted: () => Promise<void> = async () => {};
  /** Whether anything is worth reconnecting for. */
  isNeeded: () => boolean = () => false;

  state: LinkState = 'connecting';
  rules: Rules = NO_RULES;
  port = DEFAULT_PORT;

  private socket: DaemonSocket | null = null;
  private attempt: Promise<boolean> | null = null;
  /** How many pairings ended here: an attempt from before is not one for the next. */
  private parted = 0;
  private failedAt = Number.NEGATIVE_INFINITY;
  private readonly retry = new BackOff(() => void this.connect());
  /** The background slept, and the daemon may be away. */
  private readonly remembering = rememberedSites().then((sites) => {
    this.rules = { ...NO_RULES, sites };
  });

  /** `origin` is what the browser sends as the Origin of our connections. */
  constructor(private readonly origin: string) {}

  /** Connected when this resolves to true. */
  demand(): Promise<boolean> {
    if (this.socket?.isOpen && this.state === 'connected') return Promise.resolve(true);
    const failedJustNow = Date.now() - this.failedAt < KNOCK_AGAIN_MS;
    if (!this.attempt && failedJustNow) return Promise.resolve(false);
    return this.connect();
  }

  send(message: ClientMessage): void {
    this.socket?.send(message);
  }

  async pair(port: number, code: string, client: string): Promise<PairResult> {
    let socket: DaemonSocket;
    try {
      socket = await DaemonSocket.open(port);
    } catch {
      return 'down';
    }
    try {
      const agreed = await pair(socket, code, client, this.origin);
      await forgetCredentials();
      await this.part();
      const credentials = { port, ...agreed };
      await saveCredentials(credentials);
      this.welcome(socket, credentials, await authenticate(socket, credentials, this.origin));
      return 'paired';
    } catch (error) {
      socket.close();
      return error instanceof HandshakeError ? error.refusal : 'lost';
    }
  }

  async unpair(): Promise<void> {
    await forgetCredentials();
    await this.part();
    this.change('unpaired');
  }

  private connect(): Promise<boolean> {
    this.retry.hold();
    this.attempt ??= this.tryToConnect().finally(() => {
      this.attempt = null;
    });
    return this.attempt;
  }

  private async tryToConnect(): Promise<boolean> {
    await this.remembering;
    const { parted } = this;
    const credentials = await loadCredentials();
    if (!credentials) {
      this.change('unpaired');
      return false;
    }
    this.port = credentials.port;
    let socket: DaemonSocket | null = null;
    try {
      socket = await DaemonSocket.open(credentials.port);
      const welcome = await authenticate(socket, credentials, this.origin);
      if (parted !== this.parted) throw new HandshakeError('lost'); // by its own user
      this.welcome(socket, credentials, welcome);
      return this.state === 'connected';
    } catch (error) {
      socket?.close();
      if (parted === this.parted) this.fail(stateAfter(error));
      return false;
    }
  }

  private welcome(socket: DaemonSocket, credentials: Credentials, welcome: Welcome): void {
    this.socket = socket;
    this.port = credentials.port;
    this.retry.succeeded();
    socket.onMessage = (message) => this.receive(message);
    socket.onClose = (code) => this.lose(socket, code);
    this.state = 'connected';
    this.learnRules(welcome); // first: who hears of the connection is told them with it
    this.change('connected');
    socket.listen();
    if (!socket.isOpen) this.lose(socket, 0);
  }

  private receive(message: DaemonMessage): void {
    if (message.type === 'sites') this.learnRules(message);
    this.onMessage(message);
  }

  private lose(socket: DaemonSocket, code: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    const isUnpaired = code === CLOSE_UNPAIRED;
    this.fail(isUnpaired ? 'refused' : 'down');
    if (isUnpaired) void this.part();
    else this.setRules({ ...this.rules, completions: false });
  }

  private fail(state: LinkState): void {
    this.failedAt = Date.now();
    this.change(state);
    if (state === 'refused') this.setRules(NO_RULES);
    // A daemon that was told to forget this browser will not think better of it.
    if (state !== 'refused' && this.isNeeded()) this.retry.failed();
  }

  /** Hang up, and let go of all that came with the pairing. */
  private async part(): Promise<void> {
    const socket = this.socket;
    this.socket = null;
    this.parted += 1;
    socket?.close();
    this.setRules(NO_RULES);
    await forgetSites();
    await this.onParted();
  }

  private change(state: LinkState): void {
    this.state = state;
    this.onState(state);
  }

  private learnRules({ completions, sites }: Rules): void {
    this.setRules({ completions, sites });
    void rememberSites(sites);
  }

  private setRules(rules: Rules): void {
    this.rules = rules;
    this.onRules(rules);
  }
}

function stateAfter(error: unknown): LinkState {
  if (!(error instanceof HandshakeError) || error.refusal === 'lost') return 'down';
  return error.refusal === 'unproven' ? 'impostor' : error.refusal;
}
