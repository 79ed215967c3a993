import type { ReportedLoad } from './dialect.js';

/** Milliseconds after which what a server said of its load is not believed any more. */
const FRESH_MS = 6_000;
/** Milliseconds for which failures keep requests away. */
const SHUN_MS = 10_000;

/** How much one address has to do, of what we sent and of what it says itself. */
export class EndpointLoad {
  private inFlight = 0;
  private reported: { readonly load: ReportedLoad; readonly at: number; readonly inFlight: number } | undefined;
  private failures = { inRow: 0, lastAt: 0 };

  /** Milliseconds of a clock that never goes back. */
  constructor(private readonly now: () => number) {}

  /** Counts a request until it is disposed of. */
  begin(): Disposable {
    this.inFlight++;
    let ended = false;
    return {
      [Symbol.dispose]: () => {
        if (!ended) this.inFlight--;
        ended = true;
      },
    };
  }

  report(load: ReportedLoad): void {
    this.reported = { load, at: this.now(), inFlight: this.inFlight };
  }

  ended(outcome: 'success' | 'failure' | 'ignore'): void {
    if (outcome === 'success') this.failures = { inRow: 0, lastAt: 0 };
    if (outcome === 'failure') this.failures = { inRow: this.failures.inRow + 1, lastAt: this.now() };
  }

  /** What the server said, and what was sent or ended since; what we sent while it says nothing. */
  get current(): ReportedLoad {
    const { fresh } = this;
    if (!fresh) return { queued: 0, running: this.inFlight, kvUsage: 0 };
    return { ...fresh.load, running: Math.max(0, fresh.load.running - fresh.inFlight + this.inFlight) };
  }

  get hasReport(): boolean {
    return this.fresh !== undefined;
  }

  /**
   * Requests that a further one would wait beside: those reported, and those sent since. Failures count as requests for a
   * while: an address that fails at once would otherwise seem the idlest and draw all traffic.
   */
  get score(): number {
    const { fresh } = this;
    const known = fresh ? fresh.load.queued + fresh.load.running - fresh.inFlight : 0;
    const shunned = this.now() - this.failures.lastAt < SHUN_MS ? this.failures.inRow : 0;
    return Math.max(0, known) + this.inFlight + shunned;
  }

  private get fresh() {
    return this.reported && this.now() - this.reported.at <= FRESH_MS ? this.reported : undefined;
  }
}
