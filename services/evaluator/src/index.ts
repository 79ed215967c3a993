import type { ServiceDescriptor } from '@weir/bootstrap';
import { evaluatorSettings } from './evaluator.config.js';
import { evaluatorMetrics } from './evaluator.metrics.js';
import { EvaluatorModule } from './evaluator.module.js';

/** Suites, jobs that run them against the front door, and their scores. */
export const evaluatorService: ServiceDescriptor = {
  name: 'evaluator',
  module: EvaluatorModule,
  settings: evaluatorSettings,
  metrics: evaluatorMetrics,
};

export { evaluatorMigrations } from '../migrations/index.js';
