import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';

const milliseconds = (usual: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(usual);

export const billingSettings = {
  leaseTtlMs: setting(
    'WEIR_BILLING_LEASE_TTL_MS',
    milliseconds(30_000, 1_000, 3_600_000),
    'Longest life of a lease, in milliseconds; the end of the shortest window that it counts in ends it earlier.',
  ),
  leaseGraceMs: setting(
    'WEIR_BILLING_LEASE_GRACE_MS',
    milliseconds(120_000, 0, 86_400_000),
    'How long after its end a lease keeps what may still arrive as events of requests that run on; then it comes back.',
  ),
  leaseSliceDivisor: setting(
    'WEIR_BILLING_LEASE_SLICE_DIVISOR',
    z.coerce.number().int().min(1).max(1_000).default(8),
    'A lease takes at most one part in this many of what a limit has left, unless one request needs more.',
  ),
  batchLingerMs: setting(
    'WEIR_BILLING_BATCH_LINGER_MS',
    milliseconds(50, 0, 1_000),
    'How long a finished request waits for others to share a transaction with, in milliseconds; answers never wait for it.',
  ),
  reclaimIntervalMs: setting(
    'WEIR_BILLING_RECLAIM_INTERVAL_MS',
    milliseconds(1_000, 50, 60_000),
    'How often ended leases are looked for, in milliseconds.',
  ),
  retentionMs: setting(
    'WEIR_BILLING_COUNTER_RETENTION_MS',
    milliseconds(86_400_000, 60_000, 31_536_000_000),
    'How long counters of past windows and closed leases are kept, in milliseconds.',
  ),
  pricePollMs: setting(
    'WEIR_BILLING_PRICE_POLL_MS',
    milliseconds(1_000, 50, 60_000),
    'How often prices written by another replica are looked for, in milliseconds.',
  ),
  priceLagMs: setting(
    'WEIR_BILLING_PRICE_LAG_MS',
    milliseconds(60_000, 0, 3_600_000),
    'How long after a price ended a charge at it is still honoured, since routers learn of a new price a little later.',
  ),
};

export type BillingSettings = SettingsValues<typeof billingSettings>;

/** Token of the values: `@Inject(BILLING_SETTINGS) settings: BillingSettings`. */
export const BILLING_SETTINGS = Symbol('weir.billing-settings');
