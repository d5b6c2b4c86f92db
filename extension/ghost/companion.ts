/**
 * Follows the caret in one field: asks what comes next, shows it, takes it back, writes it.
 *
 * The hot path is `typed` → `ask` → background → daemon → `answered` → `show` → `draw`. Nothing
 * is drawn or written before the field was read again: what it says now decides, not what it said
 * when the question was asked.
 */

import { announceSoon, fallSilent } from '../announcing/announcement';
import { isCaretVisible } from '../fields/caret';
import { type Context, isAtLineEnd, sameContext } from '../fields/context';
import { asksForMenu, hasOpenMenu } from '../fields/menus';
import { isHorizontal } from '../fields/text-style';
import { uniqueName } from '../fields/unique-name';
import type { Writer } from '../fields/writer';
import { markUnsafe } from '../fields/writers';
import type { Command } from '../keys/bindings';
import type { SuggestionAnswer } from '../link/contract';
import type { PageLink } from '../link/page-link';
import { Acceptances, LATE_MS } from './acceptances';
import { Cadence } from './cadence';
import { draw, hide } from './drawing';
import { nextSentence, nextWord, type Prediction, remaining, showable } from './prediction';
import { Showing } from './showing';

/** Pages move, hide and rewrite fields without telling anybody. */
const LOOK_AGAIN_MS = 150;
/** Longer than the next suggestion takes. */
const HOLD_TAB_MS = 400;

let asks = 0;

export class Companion {
  /** Whether the text changes right now because of us. */
  writing = false;

  /** Whether what was written last came back as typing. */
  private noticed = false;
  /** What is on the screen, perhaps only a beginning of what is left; empty when nothing is. */
  private visible = '';
  private prediction: Prediction | null = null;
  private showing: Showing | null = null;
  private currentAsk = 0;
  private answeredInFull = true;
  private holdsTabUntil = Number.NEGATIVE_INFINITY;
  private pressedAt = 0;
  private typedAt = Number.NEGATIVE_INFINITY;
  /** The text around the caret when it was last looked at after a key. */
  private read: Context | null = null;
  private composing = false;
  private askTimer: ReturnType<typeof setTimeout> | undefined;
  private watchTimer: ReturnType<typeof setInterval> | undefined;
  private readonly cadence = new Cadence();
  private readonly acceptances = new Acceptances();
  private readonly field = uniqueName();

  constructor(
    readonly writer: Writer,
    private readonly link: PageLink,
  ) {}

  get hasGhost(): boolean {
    return this.visible !== '';
  }

  /** The user changed the text with a key pressed at `pressedAt`. */
  typed(pressedAt: number): void {
    this.noticed = true;
    if (this.composing) return;
    this.pressedAt = pressedAt;
    this.typedAt = performance.now();
    const now = this.writer.context();
    this.read = now;
    if (now) this.heedHistory(now);
    const rest = now && this.prediction ? remaining(this.prediction, now) : null;
    if (now && rest) {
      this.show(rest, now);
      return;
    }
    this.drop(rest === '' ? 'typed_through' : 'ignored');
    if (now) this.askSoon();
  }

  /** Some editors take in what was typed only after everybody was told of it. */
  caretMoved(): void {
    const isLate = performance.now() - this.typedAt < LATE_MS;
    const now = isLate || this.acceptances.isStepping ? this.writer.context() : null;
    if (now) this.heedHistory(now);
    if (now && this.read && !sameContext(now, this.read)) this.typed(this.pressedAt);
    else this.lookAgain();
  }

  /** The user asks for an undo or a redo. */
  historyAsked(): void {
    this.acceptances.historyAsked();
  }

  private heedHistory(now: Context): void {
    if (!this.acceptances.isStepping) return;
    for (const revision of this.acceptances.stepped(now)) this.link.send(revision);
  }

  /** The page scrolled, or time passed: is the ghost still right? */
  lookAgain(): void {
    if (!this.hasGhost) return;
    const now = this.writer.element.isConnected ? this.writer.context() : null;
    const rest = now && this.prediction ? remaining(this.prediction, now) : null;
    if (now && rest) this.show(rest, now);
    else this.drop('ignored');
  }

  compose(composing: boolean): void {
    this.composing = composing;
    if (composing) this.drop('ignored');
  }

  answered(answer: SuggestionAnswer): void {
    if (answer.ask !== this.currentAsk || !this.prediction || this.composing) return;
    this.prediction.text = showable(answer.text);
    this.answeredInFull = answer.done;
    if (answer.done) this.holdsTabUntil = Number.NEGATIVE_INFINITY;
    const now = this.writer.context();
    const rest = now && remaining(this.prediction, now);
    if (now && rest) this.show(rest, now);
    else if (rest === null) this.drop('ignored');
  }

  /** While the page has a menu open for the field, its keys are the menu's. */
  givesWay(): boolean {
    if (!hasOpenMenu(this.writer.element)) return false;
    this.drop('ignored');
    this.holdsTabUntil = Number.NEGATIVE_INFINITY;
    return true;
  }

  /** Who accepts piece after piece with Tab shall not find themselves in another field. */
  get holdsTab(): boolean {
    return !this.hasGhost && performance.now() < this.holdsTabUntil;
  }

  obey(command: Command): void {
    if (command === 'accept') this.accept(this.visible);
    if (command === 'accept_word') this.accept(nextWord(this.visible));
    if (command === 'accept_sentence') this.accept(nextSentence(this.visible));
    if (command === 'dismiss') this.drop('dismissed');
    if (command === 'suggest') this.askNow();
  }

  private askNow(): void {
    this.drop('ignored');
    this.pressedAt = performance.now();
    this.ask();
  }

  /** The field is left, gone, or no longer to be helped with. */
  stop(): void {
    this.drop('ignored');
    this.link.send({ kind: 'field_closed', field: this.field });
  }

  /** Forget the suggestion, shown or awaited. */
  drop(end: 'accepted' | 'typed_through' | 'dismissed' | 'ignored'): void {
    clearTimeout(this.askTimer);
    clearInterval(this.watchTimer);
    if (!this.answeredInFull) this.link.send({ kind: 'cancel', field: this.field });
    if (this.showing) this.link.send(this.showing.outcome(end));
    if (this.hasGhost) {
      hide();
      fallSilent();
    }
    this.visible = '';
    this.prediction = null;
    this.showing = null;
    this.currentAsk = 0;
    this.answeredInFull = true;
  }

  private askSoon(): void {
    const wait = this.cadence.delay(performance.now());
    if (wait === 0) this.ask();
    else this.askTimer = setTimeout(() => this.ask(), wait);
  }

  private ask(): void {
    const asked = this.writer.context();
    if (!asked || !this.link.rules.completions || !isPlaceForGhost(this.writer, asked)) return;
    asks += 1;
    this.currentAsk = asks;
    this.prediction = { asked, text: '' };
    this.answeredInFull = false;
    this.link.send({
      kind: 'complete',
      ask: this.currentAsk,
      field: this.field,
      before: asked.before.toWellFormed(),
      after: asked.after.toWellFormed(),
    });
  }

  private show(rest: string, now: Context): void {
    if (this.givesWay()) return;
    const caret = this.writer.caret();
    const fits = rest.length <= this.writer.room();
    if (!caret || !fits || !isCaretVisible(this.writer.element, caret)) {
      this.drop('ignored');
      return;
    }
    const isFresh = !this.hasGhost;
    const covers = now.after.trim() !== '';
    this.visible = draw({ text: rest, field: this.writer.element, caret, covers }, isFresh);
    if (this.link.rules.announces) announceSoon(wordBefore(now) + this.visible);
    this.showing ??= new Showing(this.field, this.visible.length, this.pressedAt);
    if (isFresh) this.watchTimer = setInterval(() => this.lookAgain(), LOOK_AGAIN_MS);
  }

  private accept(text: string): void {
    const now = this.writer.context();
    const rest = now && this.prediction ? remaining(this.prediction, now) : null;
    const { showing } = this;
    if (!now || !rest?.startsWith(this.visible) || !showing || !isOffered(this.visible, text)) {
      this.drop('ignored');
      return;
    }
    showing.accept(text.length);
    this.acceptances.add({ was: now, text, showing });
    if (text === rest) {
      this.drop('accepted');
      this.holdsTabUntil = performance.now() + HOLD_TAB_MS;
    }
    void this.write(text);
  }

  private async write(text: string): Promise<void> {
    // Where the browser reports what is written like typing, `typed` is called in between.
    this.noticed = false;
    this.writing = true;
    const written = this.writer.insert(text);
    this.writing = false;
    if (!(await written)) {
      markUnsafe(this.writer);
      this.drop('ignored');
    } else if (!this.noticed) {
      this.typed(this.pressedAt);
    }
  }
}

function wordBefore({ before }: Context): string {
  return /\S*$/u.exec(before)?.[0] ?? '';
}

function isOffered(visible: string, text: string): boolean {
  return text !== '' && visible.startsWith(text);
}

function isPlaceForGhost(writer: Writer, context: Context): boolean {
  const { before } = context;
  if (before.trim() === '' || asksForMenu(before)) return false;
  return isAtLineEnd(context) && isHorizontal(writer.element) && !hasOpenMenu(writer.element);
}
