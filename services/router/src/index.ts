import type { ServiceDescriptor } from '@weir/bootstrap';
import { routerSettings } from './router.config.js';
import { routerMetrics } from './router.metrics.js';
import { RouterModule } from './router.module.js';

export const routerService: ServiceDescriptor = {
  name: 'router',
  module: RouterModule,
  settings: routerSettings,
  metrics: routerMetrics,
};
