export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export type Resolution = typeof MINUTE_MS | typeof HOUR_MS;

/** Aggregates of one resolution whose start is in [fromMs, toMs). */
export interface Period {
  readonly resolution: Resolution;
  readonly fromMs: number;
  readonly toMs: number;
}

const floor = (ms: number, step: number) => Math.floor(ms / step) * step;
const ceil = (ms: number, step: number) => Math.ceil(ms / step) * step;

/** From this instant on, which is a full hour, minutes are kept. */
export const minutesSince = (nowMs: number, minuteRetentionMs: number) => floor(nowMs - minuteRetentionMs, HOUR_MS);

/**
 * Which aggregates cover a range: whole hours, and minutes at its edges. The edges are rounded outwards, to minutes
 * where these are kept and to hours before.
 */
export function periodsOf(range: { fromMs: number; toMs: number; minutesSinceMs: number }): Period[] {
  const stepOf = (ms: number) => (ms < range.minutesSinceMs ? HOUR_MS : MINUTE_MS);
  const fromMs = floor(range.fromMs, stepOf(range.fromMs));
  const toMs = ceil(range.toMs, stepOf(range.toMs - 1));
  const firstHour = ceil(fromMs, HOUR_MS);
  const lastHour = floor(toMs, HOUR_MS);
  if (firstHour >= lastHour) return [{ resolution: MINUTE_MS, fromMs, toMs }];
  const periods: Period[] = [
    { resolution: MINUTE_MS, fromMs, toMs: firstHour },
    { resolution: HOUR_MS, fromMs: firstHour, toMs: lastHour },
    { resolution: MINUTE_MS, fromMs: lastHour, toMs },
  ];
  return periods.filter((period) => period.fromMs < period.toMs);
}
