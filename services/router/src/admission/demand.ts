import type { Amounts } from './amounts.js';

/** Time over which the recent rate is taken; older demand fades exponentially. */
const MEMORY_MS = 10_000;
/** A lease is asked for this much time of traffic at the recent rate. */
const HORIZON_MS = 10_000;
/** A first lease covers at least this many requests like the one in hand. */
const LEAST_REQUESTS = 8;
const MAX_TOKENS = 2 ** 40;

/** How much one API key has asked for lately, to size its next lease. An estimate; nothing is admitted by it. */
export class Demand {
  #requests = 0;
  #tokens = 0;
  #pico = 0;
  #at = 0;

  note(need: Amounts, now: number): void {
    const kept = Math.exp(-Math.max(0, now - this.#at) / MEMORY_MS);
    this.#at = now;
    this.#requests = this.#requests * kept + need.requests;
    this.#tokens = this.#tokens * kept + need.tokens;
    this.#pico = this.#pico * kept + Number(need.money);
  }

  /** What to ask for when `need` is in hand: at least several like it, at most what was used in the last seconds. */
  wanted(need: Amounts): Amounts {
    const periods = HORIZON_MS / MEMORY_MS;
    return {
      requests: Math.ceil(Math.max(this.#requests * periods, need.requests * LEAST_REQUESTS)),
      tokens: Math.min(MAX_TOKENS, Math.ceil(Math.max(this.#tokens * periods, need.tokens * LEAST_REQUESTS))),
      money: maxOf(BigInt(Math.ceil(this.#pico * periods)), need.money * BigInt(LEAST_REQUESTS)),
    };
  }
}

function maxOf(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
