import type { WindowName, WindowRates } from './burn-rate.js';

export interface BurnRateRule {
  readonly severity: 'page' | 'ticket';
  readonly long: WindowName;
  readonly short: WindowName;
  /** Burn rate that both windows must exceed: the share of a 30-day budget × 720 h / long window. */
  readonly factor: number;
}

/** 2 % of the budget within an hour wakes somebody; 5 % within six hours can wait for the day. */
export const BURN_RATE_RULES: readonly BurnRateRule[] = [
  { severity: 'page', long: '1h', short: '5m', factor: 14.4 },
  { severity: 'ticket', long: '6h', short: '30m', factor: 6 },
];

export type RuleVerdict = 'fire' | 'resolve' | 'hold';

/**
 * Fires when both windows burn too fast and the long one has enough requests to tell. Resolves when there are requests
 * and one window no longer burns. Without requests nothing is known, so everything stays as it was.
 */
export function judge(rule: BurnRateRule, rates: WindowRates, minEvents: number): RuleVerdict {
  const long = rates[rule.long];
  const short = rates[rule.short];
  if (long.burnRate === undefined) return 'hold';
  if (long.burnRate <= rule.factor) return 'resolve';
  if (short.burnRate === undefined) return 'hold';
  if (short.burnRate <= rule.factor) return 'resolve';
  return long.events >= minEvents ? 'fire' : 'hold';
}
