/** Wires what the user does in this frame to the field they do it in. */

import * as announcement from '../announcing/announcement';
import { Drafts } from '../capture/drafts';
import { Attention } from '../fields/attention';
import { lastingListeners } from '../fields/lasting';
import { stopWatchingForSecrets, watchForSecrets } from '../fields/sensitive';
import { isShortLine } from '../fields/short-line';
import { leaveClock } from '../fields/undo-step';
import type { Writer } from '../fields/writer';
import { Companion } from '../ghost/companion';
import { type Command, chordOf } from '../keys/bindings';
import { asksForHistory, commandOf } from '../keys/keys';
import type { PageLink } from '../link/page-link';
import * as layer from '../overlay/layer';

const STAY_AWAKE_MS = 20_000;
/** After this long without a key the background may sleep; the next key wakes it. */
const IDLE_MS = 5 * 60_000;

export class Page {
  private companion: Companion | null = null;
  private readonly drafts: Drafts;
  private readonly attention: Attention;
  private lastKeyAt = 0;
  private awake: ReturnType<typeof setInterval> | undefined;
  private userComposes = false;
  /** Of which the input has not come: some editors take it for themselves and tell nobody. */
  private announced: InputEvent | null = null;
  /** Tab was taken and is still held down: its repeats belong to the same press. */
  private tabIsHeld = false;

  constructor(private readonly link: PageLink) {
    this.drafts = new Drafts(link);
    this.attention = new Attention((writer) => this.enter(writer));
    link.onSuggestion = (answer) => this.companion?.answered(answer);
    link.onRules = (rules) => {
      if (!rules.completions) this.companion?.drop('ignored');
    };
  }

  /** Until `end` is aborted; nothing of PLM is left in the page then. */
  listen(end: AbortSignal): void {
    const on = lastingListeners(end);
    end.addEventListener('abort', () => this.leave());
    watchForSecrets(document);
    on(window, 'focusin', () => this.attention.refresh());
    on(window, 'focusout', () => queueMicrotask(() => this.attention.refresh()));
    on(window, 'keydown', (event) => this.keyDown(event));
    on(window, 'keyup', (event) => this.keyUp(event));
    on(window, 'beforeinput', (event) => this.beforeInput(event));
    on(window, 'input', (event) => this.input(event as InputEvent));
    on(window, 'paste', (event) => event.isTrusted && this.drafts.pasted(event.clipboardData));
    on(window, 'drop', (event) => event.isTrusted && this.drafts.pasted(event.dataTransfer));
    on(window, 'compositionstart', () => this.companion?.compose(true));
    on(window, 'compositionend', (event) => this.composed(event));
    on(window, 'submit', (event) => event.isTrusted && this.drafts.reportAll());
    on(window, 'pagehide', () => this.drafts.reportAll());
    on(document, 'visibilitychange', () => document.hidden && this.drafts.reportAll());
    on(document, 'selectionchange', () => this.companion?.caretMoved());
    on(window, 'scroll', () => this.companion?.lookAgain());
    on(window, 'resize', () => this.companion?.lookAgain());
    this.attention.refresh();
  }

  private leave(): void {
    this.companion?.stop();
    this.companion = null;
    clearInterval(this.awake);
    stopWatchingForSecrets();
    leaveClock();
    layer.remove();
    announcement.remove();
  }

  private enter(writer: Writer | null): void {
    this.companion?.stop();
    this.companion = writer && new Companion(writer, this.link);
    this.drafts.follow(writer);
    clearInterval(this.awake);
    if (!writer) return;
    this.link.send({ kind: 'attend' });
    this.awake = setInterval(() => this.stayAwake(), STAY_AWAKE_MS);
  }

  private keyDown(event: KeyboardEvent): void {
    if (!event.isTrusted) return;
    this.attention.refresh();
    this.lastKeyAt = event.timeStamp;
    if (asksForHistory(event)) this.companion?.historyAsked();
    const command = this.companion?.givesWay() ? null : this.commandOf(event);
    if (command || this.isTabInVain(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (command === 'accept' && event.key === 'Tab') this.tabIsHeld = true;
    if (command) this.companion?.obey(command);
    if (event.key === 'Enter' && !event.isComposing) this.drafts.entered();
  }

  private commandOf(event: KeyboardEvent): Command | null {
    if (!this.companion) return null;
    const { bindings, tabInShortFields } = this.link.rules.keys;
    const command = commandOf(event, bindings, this.companion.hasGhost);
    const movesOn = event.key === 'Tab' && !tabInShortFields;
    return movesOn && isShortLine(this.companion.writer) ? null : command;
  }

  /** A Tab that was meant to accept, and finds nothing to accept any more. */
  private isTabInVain(event: KeyboardEvent): boolean {
    if (chordOf(event) !== 'Tab' || this.link.rules.keys.bindings.accept !== 'Tab') return false;
    return (this.tabIsHeld && event.repeat) || (this.companion?.holdsTab ?? false);
  }

  private keyUp(event: KeyboardEvent): void {
    if (event.key === 'Tab') this.tabIsHeld = false;
  }

  private beforeInput(event: InputEvent): void {
    if (!event.isTrusted) return;
    this.drafts.beforeInput();
    this.announced = event;
    setTimeout(() => {
      if (this.announced === event) this.input(event);
    });
  }

  private input(event: InputEvent): void {
    if (!event.isTrusted) return;
    this.announced = null;
    this.attention.refresh();
    this.drafts.input(event, this.companion?.writing ?? false);
    if (event.inputType.startsWith('history')) this.companion?.historyAsked();
    if (event.isComposing) this.userComposes = true;
    else this.companion?.typed(this.lastKeyAt);
  }

  /** Chromium does not call this event trusted, so the input before it has to vouch for it. */
  private composed(event: CompositionEvent): void {
    this.companion?.compose(false);
    if (!this.userComposes) return;
    this.userComposes = false;
    this.drafts.composed(event);
    this.companion?.typed(event.timeStamp);
  }

  private stayAwake(): void {
    const isIdle = performance.now() - this.lastKeyAt > IDLE_MS;
    if (!document.hidden && !isIdle) this.link.send({ kind: 'attend' });
  }
}
