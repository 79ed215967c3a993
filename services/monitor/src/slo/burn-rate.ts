import { HOUR_MS, MINUTE_MS } from '../aggregates/periods.js';

/** Windows that burn rates are measured over. */
export const WINDOWS = {
  '5m': 5 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
} as const;
export type WindowName = keyof typeof WINDOWS;
export const WINDOW_NAMES = Object.keys(WINDOWS) as WindowName[];

/** Requests that count for the SLO, and those of them that failed. */
export interface Volume {
  readonly events: number;
  readonly failures: number;
}

/** The burn rate is undefined where nothing was seen: no requests are not good requests. */
export interface WindowRate extends Volume {
  readonly burnRate: number | undefined;
}

export type WindowRates = Readonly<Record<WindowName, WindowRate>>;

/**
 * How many times faster than allowed the error budget is spent: failure share / (1 - objective). At 1 the budget lasts
 * exactly its period (Google, "The Site Reliability Workbook", chapter 5).
 */
export function windowRate({ events, failures }: Volume, objective: number): WindowRate {
  return { events, failures, burnRate: events === 0 ? undefined : failures / events / (1 - objective) };
}

/** Share of the period's error budget that is left, 1 = all; below 0 when overspent. */
export function budgetRemaining({ events, failures }: Volume, objective: number): number {
  return events === 0 ? 1 : 1 - failures / (events * (1 - objective));
}

export function windowRates(volumes: Readonly<Record<WindowName, Volume>>, objective: number): WindowRates {
  return {
    '5m': windowRate(volumes['5m'], objective),
    '30m': windowRate(volumes['30m'], objective),
    '1h': windowRate(volumes['1h'], objective),
    '6h': windowRate(volumes['6h'], objective),
  };
}
