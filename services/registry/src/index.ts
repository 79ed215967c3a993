import type { ServiceDescriptor } from '@weir/bootstrap';
import { registrySettings } from './registry.config.js';
import { registryMetrics } from './registry.metrics.js';
import { RegistryModule } from './registry.module.js';

export const registryService: ServiceDescriptor = {
  name: 'registry',
  module: RegistryModule,
  settings: registrySettings,
  metrics: registryMetrics,
};
