/** Ends of requests that the rate is measured over. */
const WINDOW = 32;
const LEAST_MS = 250;
const MOST_MS = 60_000;
/** Assumed time per request while nothing was measured. */
const UNKNOWN_MS = 1_000;

/** How fast a queue drains, measured from when its last requests ended. */
export class DrainRate {
  private readonly ends: number[] = [];

  /** A request ended at this time, in milliseconds of one clock. */
  ended(now: number): void {
    this.ends.push(now);
    if (this.ends.length > WINDOW) this.ends.shift();
  }

  /** When `ahead` requests will have ended, from now. */
  waitMs(ahead: number, now: number): number {
    return Math.min(MOST_MS, Math.max(LEAST_MS, Math.ceil(ahead * this.perRequestMs(now))));
  }

  // The time since the last end counts: an engine that stands still must not promise its old rate.
  private perRequestMs(now: number): number {
    const first = this.ends[0];
    if (first === undefined || this.ends.length < 2) return UNKNOWN_MS;
    return (now - first) / (this.ends.length - 1);
  }
}
