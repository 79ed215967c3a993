import type { ServiceDescriptor } from '@weir/bootstrap';
import { inferenceSettings } from './inference.config.js';
import { inferenceMetrics } from './inference.metrics.js';
import { InferenceModule } from './inference.module.js';

/** Hosted engines and remote upstreams: loading, batching, scheduling, breakers. */
export const inferenceService: ServiceDescriptor = {
  name: 'inference',
  module: InferenceModule,
  settings: inferenceSettings,
  metrics: inferenceMetrics,
};
