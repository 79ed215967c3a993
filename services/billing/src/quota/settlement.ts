import { largest, smallest, type Dimension, type Quantities } from './quantities.js';

/** What a lease holds of one limit, as stored. */
export interface HoldState {
  readonly leaseId: string;
  readonly limitId: string;
  readonly windowStartMs: number;
  readonly dimension: Dimension;
  /** Part of the counter's `leased`. */
  readonly held: bigint;
  /** What events have already settled under the lease. */
  readonly settled: bigint;
}

/** A limit that an event counts against when its lease holds nothing of it, in the window in which the request began. */
export interface LimitInWindow {
  readonly limitId: string;
  readonly windowStartMs: number;
  readonly dimension: Dimension;
}

/** One change of one counter, and of the hold behind it when there is one. Both amounts are >= 0. */
export interface CounterChange {
  readonly limitId: string;
  readonly windowStartMs: number;
  readonly dimension: Dimension;
  readonly leaseId: string | undefined;
  /** Added to `settled` of the counter and of the hold. */
  readonly settled: bigint;
  /** Taken from `leased` of the counter and from `held` of the hold. */
  readonly released: bigint;
}

/**
 * Settles one finished request. Its use is always counted in full; the lease gives up as much as it still holds.
 * After a lease was closed nothing is held any more: a later event only adds to `settled`.
 */
export function settleUse(
  use: Quantities,
  holds: readonly HoldState[],
  others: readonly LimitInWindow[],
): CounterChange[] {
  const ofHolds = holds.map((hold) => change(hold, use[hold.dimension], smallest(hold.held, use[hold.dimension])));
  const ofOthers = others.map((limit) => ({
    ...limit,
    leaseId: undefined,
    settled: use[limit.dimension],
    released: 0n,
  }));
  return [...ofHolds, ...ofOthers].filter((each) => each.settled > 0n);
}

/**
 * Settles several requests one after the other: what the first takes from a hold, the second no longer finds there.
 * Answers the changes of each, in their order.
 */
export function settleAll(
  uses: readonly {
    readonly use: Quantities;
    readonly leaseId: string | undefined;
    readonly limits: readonly LimitInWindow[];
  }[],
  holds: readonly HoldState[],
): CounterChange[][] {
  const present = new Map(holds.map((hold) => [keyOf(hold), hold]));
  return uses.map(({ use, leaseId, limits }) => {
    const own = limits.flatMap((limit) => present.get(keyOf({ ...limit, leaseId })) ?? []);
    const others = limits.filter((limit) => !present.has(keyOf({ ...limit, leaseId })));
    const changes = settleUse(use, own, others);
    for (const each of changes) {
      const hold = present.get(keyOf(each));
      if (!hold) continue;
      present.set(keyOf(each), { ...hold, held: hold.held - each.released, settled: hold.settled + each.settled });
    }
    return changes;
  });
}

const keyOf = (of: { readonly leaseId: string | undefined; readonly limitId: string }): string =>
  JSON.stringify([of.leaseId, of.limitId]);

/** A returned lease keeps what was spent under it until the events of that spending settle; the rest comes back now. */
export function returnHolds(spent: Quantities, holds: readonly HoldState[]): CounterChange[] {
  return holds
    .map((hold) => {
      const pending = largest(0n, spent[hold.dimension] - hold.settled);
      return change(hold, 0n, hold.held - smallest(hold.held, pending));
    })
    .filter((each) => each.released > 0n);
}

/** Everything that a lease still holds comes back. */
export function closeHolds(holds: readonly HoldState[]): CounterChange[] {
  return holds.map((hold) => change(hold, 0n, hold.held)).filter((each) => each.released > 0n);
}

function change(hold: HoldState, settled: bigint, released: bigint): CounterChange {
  const { leaseId, limitId, windowStartMs, dimension } = hold;
  return { leaseId, limitId, windowStartMs, dimension, settled, released };
}
