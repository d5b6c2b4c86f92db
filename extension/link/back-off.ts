/** Trying again: soon at first, then ever later up to a bound, and never all at the same moment. */

const FIRST_MS = 500;
/** Longest, with what chance adds, it is less than browsers let a background idle: 30 seconds. */
const LAST_MS = 20_000;

export class BackOff {
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tryAgain: () => void) {}

  failed(): void {
    const wait = Math.min(FIRST_MS * 2 ** this.failures, LAST_MS);
    this.failures += 1;
    this.hold();
    this.timer = setTimeout(this.tryAgain, wait * (0.75 + Math.random() / 2));
  }

  succeeded(): void {
    this.failures = 0;
    this.hold();
  }

  /** Somebody tries already. */
  hold(): void {
    clearTimeout(this.timer);
  }
}
