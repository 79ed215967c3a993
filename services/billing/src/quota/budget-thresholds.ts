export const BUDGET_THRESHOLDS = [50, 80, 100] as const;

/**
 * Thresholds, in percent of the limit, that a settlement reached and that were not announced in this window before.
 * A limit of zero is reached by the first money that is spent.
 */
export function reachedThresholds(budget: {
  readonly limit: bigint;
  readonly settled: bigint;
  /** Highest threshold announced in this window; 0 = none. */
  readonly announced: number;
}): number[] {
  if (budget.settled <= 0n) return [];
  return BUDGET_THRESHOLDS.filter(
    (percent) => percent > budget.announced && budget.settled * 100n >= budget.limit * BigInt(percent),
  );
}
