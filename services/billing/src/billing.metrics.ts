import { counter, gauge, histogram } from '@weir/telemetry';

export const billingMetrics = {
  leases: counter('weir_billing_leases_total', 'Answers to lease requests.', ['outcome']),
  refusals: counter('weir_billing_lease_refusals_total', 'Refused leases by the limit that was exhausted.', [
    'dimension',
    'scope',
  ]),
  leaseSeconds: histogram(
    'weir_billing_lease_seconds',
    'Time to decide on a lease.',
    [],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
  ),
  returnedLeases: counter('weir_billing_leases_returned_total', 'Leases that routers gave back.'),
  reclaimedLeases: counter('weir_billing_leases_reclaimed_total', 'Leases closed after their end and grace.'),
  charges: counter('weir_billing_charges_total', 'Charges written to the ledger.', ['model']),
  chargedUsd: counter('weir_billing_charged_usd_total', 'Money written to the ledger, in USD.', ['model']),
  events: counter('weir_billing_events_total', 'Completed events consumed: charged, free (no tokens) or duplicate.', [
    'outcome',
  ]),
  unpriced: counter('weir_billing_unpriced_events_total', 'Completed events with tokens at a price nobody knows.'),
  costMismatches: counter('weir_billing_cost_mismatches_total', 'Events whose price or cost billing did not take.', [
    'reason',
  ]),
  beyondLease: counter(
    'weir_billing_settled_beyond_lease_total',
    'Events that used more than their lease still held: late ones, or more than was reserved.',
  ),
  budgets: counter('weir_billing_budgets_reached_total', 'Budget thresholds reached.', ['threshold_percent']),
  priceWatchers: gauge('weir_billing_price_watchers', 'Open streams of prices.'),
};
