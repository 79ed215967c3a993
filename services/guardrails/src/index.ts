import type { ServiceDescriptor } from '@weir/bootstrap';
import { doorsMetrics } from './doors/doors.metrics.js';
import { externalSettings } from './external/external.config.js';
import { externalMetrics } from './external/external.metrics.js';
import { guardrailsSettings } from './guardrails.config.js';
import { guardrailsMetrics } from './guardrails.metrics.js';
import { GuardrailsModule } from './guardrails.module.js';
import { policyMetrics } from './policy/store/policy.metrics.js';

export const guardrailsService: ServiceDescriptor = {
  name: 'guardrails',
  module: GuardrailsModule,
  settings: { ...guardrailsSettings, ...externalSettings },
  metrics: { ...guardrailsMetrics, ...policyMetrics, ...externalMetrics, ...doorsMetrics },
};
