import type { WindowKind } from './calendar-window.js';
import {
  DIMENSIONS,
  eachDimension,
  largest,
  smallest,
  UNLIMITED,
  type Dimension,
  type Quantities,
} from './quantities.js';

export const SCOPES = ['organization', 'project', 'api_key'] as const;
export type LimitScope = (typeof SCOPES)[number];

/** One limit in its present window: what was spent in it and what leases may still spend. */
export interface CounterState {
  readonly limitId: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly dimension: Dimension;
  readonly window: WindowKind;
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly limit: bigint;
  readonly settled: bigint;
  readonly leased: bigint;
}

export interface GrantRequest {
  readonly need: Quantities;
  readonly want: Quantities;
  readonly nowMs: number;
  /** Longest life of a lease. */
  readonly ttlMs: number;
  /** A lease takes at most this part (1/n) of what is left, unless the request in hand needs more. */
  readonly sliceDivisor: bigint;
}

/** What a new lease holds of one limit. */
export interface NewHold {
  readonly limitId: string;
  readonly windowStartMs: number;
  readonly dimension: Dimension;
  readonly amount: bigint;
}

export type GrantDecision =
  | {
      readonly outcome: 'granted';
      readonly granted: Quantities;
      readonly ttlMs: number;
      readonly holds: readonly NewHold[];
    }
  | { readonly outcome: 'refused'; readonly by: CounterState; readonly retryAfterMs: number };

/** What a limit still has to give. Negative when events arrived later than their leases were held for. */
export const remainingOf = (counter: CounterState): bigint => counter.limit - counter.settled - counter.leased;

/**
 * Decides on a lease from the counters of every limit that applies, all locked by the caller. The grant never exceeds
 * what any of them has left, so that settled + leased <= limit holds after it.
 */
export function decideGrant(counters: readonly CounterState[], request: GrantRequest): GrantDecision {
  const short = counters.filter((counter) => remainingOf(counter) < request.need[counter.dimension]);
  if (short.length) return refusal(short, request);
  const granted = eachDimension((dimension) => grantIn(dimension, counters, request));
  const holds = counters
    .map(({ limitId, windowStartMs, dimension }) => ({ limitId, windowStartMs, dimension, amount: granted[dimension] }))
    .filter((hold) => hold.amount > 0n);
  const windowsEndMs = Math.min(...counters.map((counter) => counter.windowEndMs));
  return { outcome: 'granted', granted, ttlMs: Math.min(request.ttlMs, windowsEndMs - request.nowMs), holds };
}

/** The limit with the least left, for each dimension that has one. */
export function tightestWindows(counters: readonly CounterState[]): CounterState[] {
  return DIMENSIONS.flatMap((dimension) => {
    const inDimension = counters.filter((counter) => counter.dimension === dimension);
    return inDimension.length ? [inDimension.reduce((a, b) => (remainingOf(b) < remainingOf(a) ? b : a))] : [];
  });
}

function grantIn(dimension: Dimension, counters: readonly CounterState[], request: GrantRequest): bigint {
  const left = counters.filter((counter) => counter.dimension === dimension).map(remainingOf);
  const [first, ...rest] = left;
  if (first === undefined) return UNLIMITED;
  const remaining = smallest(first, ...rest);
  const slice = largest(request.need[dimension], remaining / request.sliceDivisor);
  return smallest(largest(request.need[dimension], request.want[dimension]), slice);
}

/** Names the limit that keeps the caller waiting longest: when that one has room again, the others have too. */
function refusal(short: readonly CounterState[], request: GrantRequest): GrantDecision {
  const waits = short.map((counter) => ({ by: counter, retryAfterMs: waitFor(counter, request) }));
  const never = waits.find((wait) => wait.retryAfterMs === 0);
  const worst = never ?? waits.reduce((a, b) => (b.retryAfterMs > a.retryAfterMs ? b : a));
  return { outcome: 'refused', ...worst };
}

function waitFor(counter: CounterState, request: GrantRequest): number {
  const need = request.need[counter.dimension];
  if (need > counter.limit) return 0;
  const resetMs = counter.windowEndMs - request.nowMs;
  const leasesInTheWay = counter.limit - counter.settled >= need;
  return leasesInTheWay ? Math.min(resetMs, request.ttlMs) : resetMs;
}
