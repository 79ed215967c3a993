import type { BurnRateRule } from './alert-rules.js';
import type { WindowRates } from './burn-rate.js';

/** Name of the SLO: the share of requests that did not fail for a fault of the service. */
export const AVAILABILITY = 'availability';
export const ALERT_NAME = 'WeirAvailabilityBurnRate';

export function alertLabels(rule: BurnRateRule): Record<string, string> {
  return {
    alertname: ALERT_NAME,
    severity: rule.severity,
    slo: AVAILABILITY,
    long_window: rule.long,
    short_window: rule.short,
  };
}

export function alertAnnotations(rule: BurnRateRule, rates: WindowRates, objective: number): Record<string, string> {
  const long = rates[rule.long];
  const rate = (long.burnRate ?? 0).toFixed(1);
  const percent = Number((objective * 100).toFixed(6));
  return {
    summary: `Requests fail ${rate} times faster than an availability of ${percent} % allows.`,
    description: `${long.failures} of ${long.events} requests of the last ${rule.long} failed; the rule fires above ${rule.factor} over ${rule.long} and ${rule.short}.`,
  };
}
