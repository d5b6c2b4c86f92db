/** What pages may ask of the background, and nothing more. */

import type { Browser } from 'wxt/browser';
import { allowsCapture, allowsCompletions } from '../consent/allowed';
import { DEFAULT_KEYS, type Keys } from '../keys/bindings';
import type { Outbox } from '../outbox/outbox';
import type { ToolbarIcon } from '../toolbar/icon';
import type { DaemonConnection } from './connection';
import type {
  CaptureReport,
  CompleteAsk,
  FromPage,
  OutcomeReport,
  RevisionReport,
  Rules,
  ToPage,
} from './contract';
import type { Questions } from './questions';
import { siteOf } from './site';

type Port = Browser.runtime.Port;

export class PageDesk {
  /** Each open frame that has used a field, with the site that the browser says it is. */
  private readonly frames = new Map<Port, string | null>();
  private keysInUse = DEFAULT_KEYS;
  private isSnoozed = false;
  private announces = false;

  constructor(
    private readonly connection: DaemonConnection,
    private readonly questions: Questions,
    private readonly outbox: Outbox,
    private readonly icon: ToolbarIcon,
  ) {}

  set keys(keys: Keys) {
    this.keysInUse = keys;
    this.announceIfKnown();
  }

  set snoozed(snoozed: boolean) {
    this.isSnoozed = snoozed;
    this.announceIfKnown();
  }

  set announcing(announces: boolean) {
    this.announces = announces;
    this.announceIfKnown();
  }

  get isEmpty(): boolean {
    return this.frames.size === 0;
  }

  admit(port: Port): void {
    if (port.sender?.tab?.incognito) {
      port.disconnect();
      return;
    }
    // The page's word is not taken for it: where text comes from, the browser knows.
    this.frames.set(port, siteOf(port.sender?.origin ?? port.sender?.url));
    port.onMessage.addListener((message: FromPage) => void this.receive(port, message));
    port.onDisconnect.addListener(() => this.frames.delete(port));
  }

  /** The rules changed: every page gets to know its own. */
  announce(rules: Rules): void {
    for (const port of this.frames.keys()) this.sendRules(port, rules);
  }

  /** Until the daemon has told its rules, pages go by what they knew before the background slept. */
  private announceIfKnown(): void {
    if (this.connection.state === 'connected') this.announce(this.connection.rules);
  }

  private async receive(port: Port, message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'attend':
        return this.attend(port);
      case 'complete':
        return this.complete(port, message);
      case 'capture':
        return this.capture(port, message);
      case 'outcome':
        return this.reportOutcome(message);
      case 'outcome_revised':
        return this.reportRevision(message);
      case 'cancel':
      case 'field_closed':
        this.connection.send({ type: message.kind, field: message.field });
    }
  }

  private async attend(port: Port): Promise<void> {
    const connected = await this.connection.demand();
    if (connected) this.connection.send({ type: 'ping' });
    this.sendRules(port, this.connection.rules);
  }

  private async complete(port: Port, ask: CompleteAsk): Promise<void> {
    const { field, before, after } = ask;
    const site = this.frames.get(port) ?? null;
    await this.questions.ask({ type: 'complete', field, before, after, site }, (message) => {
      const isSuggestion = message?.type === 'suggestion';
      this.post(port, {
        kind: 'suggestion',
        ask: ask.ask,
        text: isSuggestion ? message.text : '',
        done: !isSuggestion || message.done,
      });
    });
  }

  private async capture(port: Port, report: CaptureReport): Promise<void> {
    const site = this.frames.get(port);
    if (!site) return;
    await this.connection.demand(); // then the rules are known, as they are or as they were last
    if (!allowsCapture(site, this.connection.rules.sites)) return;
    await this.outbox.post({
      type: 'capture',
      draft: report.draft,
      site,
      kind: report.fieldKind,
      text: report.text,
      typed_chars: report.typedChars,
      pasted_chars: report.pastedChars,
      pastes: report.pastes,
    });
  }

  private reportOutcome(report: OutcomeReport): void {
    this.connection.send({
      type: 'outcome',
      field: report.field,
      result: report.result,
      shown_chars: report.shownChars,
      accepted_chars: report.acceptedChars,
      ghost_ms: report.ghostMs,
    });
  }

  private reportRevision(report: RevisionReport): void {
    this.connection.send({
      type: 'outcome_revised',
      field: report.field,
      was: report.was,
      was_accepted_chars: report.wasAcceptedChars,
      result: report.result,
      accepted_chars: report.acceptedChars,
    });
  }

  private sendRules(port: Port, rules: Rules): void {
    const site = this.frames.get(port) ?? null;
    const capture = allowsCapture(site, rules.sites);
    const completions =
      rules.completions && !this.isSnoozed && allowsCompletions(site, rules.sites);
    const { keysInUse: keys, announces } = this;
    this.post(port, { kind: 'rules', completions, capture, keys, announces });
    const tab = port.sender?.tab?.id;
    // Where nothing can be kept right now, the icon tells of that instead.
    const keeps = capture && this.connection.state === 'connected';
    if (tab !== undefined && port.sender?.frameId === 0) void this.icon.showTab(tab, keeps);
  }

  private post(port: Port, message: ToPage): void {
    if (this.frames.has(port)) port.postMessage(message);
  }
}
