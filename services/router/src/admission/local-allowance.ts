import type { Amounts } from './amounts.js';

export interface AllowanceSize {
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
}

const MINUTE_MS = 60_000;

/** What a key with `on_billing_error: open` may use in each minute while billing does not answer. Bounded, not exact. */
export class LocalAllowance {
  readonly #size: AllowanceSize;
  #minute = -1;
  #requests = 0;
  #tokens = 0;

  constructor(size: AllowanceSize) {
    this.#size = size;
  }

  /** True when the request fits into this minute; it is then counted. */
  tryTake(need: Amounts, now: number): boolean {
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#requests = 0;
      this.#tokens = 0;
    }
    if (this.#requests + need.requests > this.#size.requestsPerMinute) return false;
    if (this.#tokens + need.tokens > this.#size.tokensPerMinute) return false;
    this.#requests += need.requests;
    this.#tokens += need.tokens;
    return true;
  }

  /** True while this minute's use must not be forgotten. */
  inUse(now: number): boolean {
    return this.#minute === Math.floor(now / MINUTE_MS);
  }
}
