/** The life of one shown suggestion, told to the daemon in counts when it ends. */

import type { OutcomeReport, OutcomeResult, RevisionReport } from '../link/contract';

interface Ending {
  result: OutcomeResult;
  acceptedChars: number;
}

export class Showing {
  private acceptedChars = 0;
  private ghostMs: number | null = null;
  private ended: Ending | null = null;
  /** What the daemon counts by now; another one than `ended` after an undo. */
  private told: Ending | null = null;

  constructor(
    private readonly field: string,
    private readonly shownChars: number,
    askedAt: number,
  ) {
    afterPaint(() => {
      this.ghostMs = Math.max(0, performance.now() - askedAt);
    });
  }

  accept(chars: number): void {
    this.acceptedChars += chars;
  }

  outcome(end: 'accepted' | 'typed_through' | 'dismissed' | 'ignored'): OutcomeReport {
    const { acceptedChars } = this;
    const result = acceptedChars > 0 && end !== 'accepted' ? 'accepted_word' : end;
    this.ended = { result, acceptedChars };
    this.told = this.ended;
    return {
      kind: 'outcome',
      field: this.field,
      ...this.ended,
      shownChars: this.shownChars,
      ghostMs: this.ghostMs,
    };
  }

  /** So many accepted characters more were done again, or less: undone. Null before the end. */
  revised(chars: number): RevisionReport | null {
    this.acceptedChars += chars;
    const was = this.told;
    if (!this.ended || !was) return null;
    this.told = { result: this.resultNow(this.ended), acceptedChars: this.acceptedChars };
    return {
      kind: 'outcome_revised',
      field: this.field,
      ...this.told,
      was: was.result,
      wasAcceptedChars: was.acceptedChars,
    };
  }

  private resultNow(ended: Ending): OutcomeResult {
    if (this.acceptedChars === ended.acceptedChars) return ended.result;
    return this.acceptedChars > 0 ? 'accepted_word' : 'undone';
  }
}

/** The task after the next frame runs when that frame is on the screen. */
function afterPaint(then: () => void): void {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      then();
    };
    channel.port2.postMessage(null);
  });
}
