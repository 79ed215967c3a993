import type { EventDefinition } from './define-event.js';
import { alertChanged, monitorFinding } from './monitor.js';
import { auditRecorded, registryChanged, registryState } from './registry-state.js';
import { billingBudget, billingCharged } from './billing.js';
import { engineState, engineUsage } from './engine-state.js';
import { evaluationCompleted } from './evaluation-completed.js';
import { guardrailContent, guardrailPolicy } from './guardrail-policy.js';
import { guardrailVerdict } from './guardrail-verdict.js';
import { inferenceCompleted } from './inference-completed.js';

/** Every event that Weir publishes. Topics are created from this list, and the reference is generated from it. */
export const eventCatalogue: readonly EventDefinition[] = [
  registryState,
  registryChanged,
  auditRecorded,
  engineState,
  engineUsage,
  inferenceCompleted,
  guardrailVerdict,
  guardrailPolicy,
  guardrailContent,
  billingCharged,
  billingBudget,
  evaluationCompleted,
  monitorFinding,
  alertChanged,
];

export interface TopicSettings {
  readonly name: string;
  readonly partitions: number;
  readonly compacted: boolean;
  readonly retentionMs: number;
}

const DAY_MS = 86_400_000;

/** Topic of an event. Compacted state has one partition, so that one read in order rebuilds it. */
export function topicOf(event: EventDefinition): TopicSettings {
  return {
    name: event.type,
    partitions: event.compacted ? 1 : 4,
    compacted: event.compacted,
    retentionMs: event.compacted ? -1 : 30 * DAY_MS,
  };
}
