import type { ServiceDescriptor } from '@weir/bootstrap';
import { monitorSettings } from './monitor.config.js';
import { monitorMetrics } from './monitor.metrics.js';
import { MonitorModule } from './monitor.module.js';

/** What was seen on the event streams: sums, drift, SLOs and alerts. */
export const monitorService: ServiceDescriptor = {
  name: 'monitor',
  module: MonitorModule,
  settings: monitorSettings,
  metrics: monitorMetrics,
};

export { monitorMigrations } from '../migrations/index.js';
