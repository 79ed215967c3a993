/**
 * Allows retries as a share of the traffic, so that a sick backend is not hit harder for being sick (Finagle's
 * RetryBudget). Each request deposits `ratio`; each retry withdraws 1; a trickle per second lets quiet services retry.
 */
export class RetryBudget {
  readonly #options: { ratio: number; minPerSecond: number; now: () => number };
  #balance: number;
  #refilledAt: number;

  /** `now` in milliseconds. The balance is bounded to 10 seconds of trickle plus 100 retries. */
  constructor(options: { readonly ratio: number; readonly minPerSecond: number; readonly now: () => number }) {
    this.#options = options;
    this.#balance = options.minPerSecond;
    this.#refilledAt = options.now();
  }

  deposit(): void {
    this.#add(this.#options.ratio);
  }

  /** True when a retry may be made; it is paid for. */
  tryWithdraw(): boolean {
    const now = this.#options.now();
    this.#add(((now - this.#refilledAt) / 1000) * this.#options.minPerSecond);
    this.#refilledAt = now;
    if (this.#balance < 1) return false;
    this.#balance -= 1;
    return true;
  }

  #add(amount: number): void {
    this.#balance = Math.min(this.#balance + amount, 10 * this.#options.minPerSecond + 100);
  }
}
