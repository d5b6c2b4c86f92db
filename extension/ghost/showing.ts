/** The life of one shown suggestion, told to the daemon in counts when it ends. */

import type { OutcomeReport } from '../link/contract';

export class Showing {
  private acceptedChars = 0;
  private ghostMs: number | null = null;

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
    const acceptedWords = this.acceptedChars > 0 && end !== 'accepted';
    return {
      kind: 'outcome',
      field: this.field,
      result: acceptedWords ? 'accepted_word' : end,
      shownChars: this.shownChars,
      acceptedChars: this.acceptedChars,
      ghostMs: this.ghostMs,
    };
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
