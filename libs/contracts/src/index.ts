export * as caikitChunkers from './packages/caikit-chunkers.js';
export * as billingV1 from './generated/weir/billing/v1/billing.js';
export * as engineV1 from './packages/engine-v1.js';
export * as evaluationV1 from './generated/weir/evaluation/v1/evaluation.js';
export * as guardrailsV1 from './packages/guardrails-v1.js';
export * as inferenceV1 from './generated/weir/inference/v1/inference.js';
export * as linkV1 from './generated/weir/link/v1/link.js';
export * as monitorV1 from './generated/weir/monitor/v1/monitor.js';
export * as openInferenceV2 from './generated/inference/inference.js';
export * as registryV1 from './packages/registry-v1.js';

export { defineEvent, type EventData, type EventDefinition, type WeirEvent } from './events/define-event.js';
export { eventCatalogue, topicOf, type TopicSettings } from './events/catalogue.js';
export { alertChanged, monitorFinding, type AlertChanged, type MonitorFinding } from './events/monitor.js';
export { billingBudget, billingCharged, type BillingBudget, type BillingCharged } from './events/billing.js';
export { engineState, engineUsage, type EngineState, type EngineUsage } from './events/engine-state.js';
export { evaluationCompleted, type EvaluationCompleted } from './events/evaluation-completed.js';
export { guardrailAction, guardrailStage } from './events/fields.js';
export {
  guardrailContent,
  guardrailPolicy,
  type GuardrailContent,
  type GuardrailPolicyVersion,
} from './events/guardrail-policy.js';
export { guardrailVerdict, type GuardrailVerdict } from './events/guardrail-verdict.js';
export { inferenceCompleted, type InferenceCompleted } from './events/inference-completed.js';
export {
  auditRecorded,
  registryChanged,
  registryState,
  role,
  scope,
  type ApiKeyState,
  type AuditRecorded,
  type DeploymentState,
  type EngineSpecState,
  type LineageState,
  type ModelState,
  type ModelVersionState,
  type OrganizationState,
  type ProjectState,
  type QualityReportState,
  type RegistryChanged,
  type RegistryKind,
  type RegistryObject,
  type RegistryState,
  type Role,
  type RouteState,
  type Scope,
} from './events/registry-state.js';
export { protoRoot } from './proto-root.js';
export { costOf, formatUsd, parseUsd, PICO_PER_USD, type PicoUsd, type TokenPrice, type TokenUse } from './money.js';
