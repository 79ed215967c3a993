import type { ServiceDescriptor } from '@weir/bootstrap';
import { guardrailsSettings } from './guardrails.config.js';
import { guardrailsMetrics } from './guardrails.metrics.js';
import { GuardrailsModule } from './guardrails.module.js';

export const guardrailsService: ServiceDescriptor = {
  name: 'guardrails',
  module: GuardrailsModule,
  settings: guardrailsSettings,
  metrics: guardrailsMetrics,
};
