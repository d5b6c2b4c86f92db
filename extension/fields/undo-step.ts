/**
 * What is written becomes an undo step of its own.
 *
 * Editors like ProseMirror and Quill put changes that follow each other closely into one step, by
 * the page's clock. For the length of one event the clock is ahead, as if the user had waited. Only
 * a script in the page's own world can set its clock, hence the events.
 */

import { lastingListeners } from './lasting';

const BEGIN = 'plm-undo-step';
const END = 'plm-undo-step-end';
const LEAVE = 'plm-leave';
/** More than editors wait for: half a second, a second. */
const PAUSE_MS = 1_100;

/** In the extension's world: `write` must be done when it returns. */
export function asUndoStep(write: () => void): void {
  window.dispatchEvent(new Event(BEGIN));
  write();
  window.dispatchEvent(new Event(END));
}

/** In the extension's world: nothing is to be left in the page's. */
export function leaveClock(): void {
  window.dispatchEvent(new Event(LEAVE));
}

/** In the page's world, which may have a clock of its own making. */
export function keepClock(clock: typeof Date): void {
  let theirs: (() => number) | null = null;
  let last = 0;
  const goAhead = () => {
    if (theirs) return;
    theirs = clock.now;
    last = Math.max(clock.now(), last) + PAUSE_MS;
    clock.now = () => last;
  };
  const goBack = () => {
    if (theirs) clock.now = theirs;
    theirs = null;
  };
  const left = new AbortController();
  const on = lastingListeners(left.signal);
  on(window, BEGIN, goAhead);
  on(window, END, goBack);
  on(window, LEAVE, () => left.abort());
}
