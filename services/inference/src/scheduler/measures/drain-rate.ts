/** Ends of requests that the rate is measured over. */
const WINDOW = 32;
/** Ends after which it is believed. */
const ENOUGH = 4;
/** Assumed time per request while nothing was measured. */
const UNKNOWN_MS = 1_000;

/**
 * How fast requests give their slots back while all slots are taken. Time with a free slot does not count: then the
 * rate is how often requests come, and says nothing about what the engine can do.
 */
export class DrainRate {
  private ends = 0;
  private busyMs = 0;
  private fullSince: number | undefined;

  /** False while too little was measured. */
  get known(): boolean {
    return this.ends >= ENOUGH;
  }

  /** Whether all slots are taken from now on. Times are milliseconds of one clock. */
  full(isFull: boolean, now: number): void {
    this.count(now);
    this.fullSince = isFull ? now : undefined;
  }

  /** A request gave its slot back. */
  ended(now: number): void {
    if (this.fullSince === undefined) return;
    this.count(now);
    this.ends++;
    if (this.ends <= WINDOW) return;
    this.busyMs *= WINDOW / this.ends;
    this.ends = WINDOW;
  }

  /** Milliseconds between two ends; longer while nothing ends: an engine that stands still must not promise its old rate. */
  perRequestMs(now: number): number {
    if (!this.known) return UNKNOWN_MS;
    return (this.busyMs + this.open(now)) / this.ends;
  }

  private open(now: number): number {
    return this.fullSince === undefined ? 0 : Math.max(0, now - this.fullSince);
  }

  private count(now: number): void {
    this.busyMs += this.open(now);
    if (this.fullSince !== undefined) this.fullSince = now;
  }
}
