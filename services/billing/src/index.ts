import type { ServiceDescriptor } from '@weir/bootstrap';
import { billingSettings } from './billing.config.js';
import { billingMetrics } from './billing.metrics.js';
import { BillingModule } from './billing.module.js';

/** Prices, limits, leases, the ledger and usage. */
export const billingService: ServiceDescriptor = {
  name: 'billing',
  module: BillingModule,
  settings: billingSettings,
  metrics: billingMetrics,
};

export { billingMigrations } from '../migrations/index.js';
