/** What was accepted in one field, so that the daemon learns when it is undone, or done again. */

import { type Context, contextWith, sameContext } from '../fields/context';
import type { RevisionReport } from '../link/contract';
import type { Showing } from './showing';

/** More than anybody undoes. */
const MOST_REMEMBERED = 50;
/** Longer than an editor takes to show what its history holds. */
export const LATE_MS = 300;

interface Acceptance {
  /** The text around the caret before it was written. */
  was: Context;
  text: string;
  showing: Showing;
}

export class Acceptances {
  /** Oldest first. */
  private standing: Acceptance[] = [];
  /** The one undone last is last. */
  private undone: Acceptance[] = [];
  private askedAt = Number.NEGATIVE_INFINITY;

  add(accepted: Acceptance): void {
    this.standing = [...this.standing, accepted].slice(-MOST_REMEMBERED);
    this.undone = [];
  }

  /** The user asks the browser, or the editor, for a step back or forth. */
  historyAsked(): void {
    this.askedAt = performance.now();
  }

  /** Whether what changes now changes by such a step. */
  get isStepping(): boolean {
    return performance.now() - this.askedAt < LATE_MS;
  }

  /** After a step the field reads `now`: what is to be told of it? */
  stepped(now: Context): RevisionReport[] {
    const back = this.standing.findIndex(({ was }) => isBefore(now, was));
    if (back >= 0) {
      const steps = this.standing.splice(back).reverse();
      this.undone.push(...steps);
      return revisions(steps, -1);
    }
    const forth = this.undone.findLastIndex(({ was, text }) =>
      sameContext(contextWith(was, text), now),
    );
    if (forth < 0) return [];
    const steps = this.undone.splice(forth).reverse();
    this.standing.push(...steps);
    return revisions(steps, 1);
  }
}

function revisions(steps: Acceptance[], sign: 1 | -1): RevisionReport[] {
  return steps.flatMap(({ showing, text }) => showing.revised(sign * text.length) ?? []);
}

/**
 * Some editors take back what was typed before along with what was accepted, and have a character
 * that nobody sees in an empty line.
 */
function isBefore(now: Context, was: Context): boolean {
  return now.after.trim() === was.after.trim() && was.before.startsWith(now.before.trimEnd());
}
