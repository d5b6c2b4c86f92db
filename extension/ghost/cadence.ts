/**
 * When to ask: at once after a pause, a little later in the middle of a burst.
 *
 * The daemon drops a request as soon as a newer one comes, so waiting only has to spare it the
 * keys that follow within a few dozen milliseconds of each other.
 */

const PAUSE_MS = 120;
const LONGEST_WAIT_MS = 40;
const SHARE_OF_GAP = 0.25;

export class Cadence {
  private last = Number.NEGATIVE_INFINITY;

  /** Notes a key at time `now`; returns how long to wait before asking. */
  delay(now: number): number {
    const gap = now - this.last;
    this.last = now;
    return gap >= PAUSE_MS ? 0 : Math.min(LONGEST_WAIT_MS, gap * SHARE_OF_GAP);
  }
}
