import { z } from 'zod';
import { epochMs, guardrailStage } from './fields.js';
import { defineEvent } from './define-event.js';

const artifact = z.object({
  path: z.string(),
  uri: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size_bytes: z.number().int().nonnegative(),
});

const engine = z.object({
  kind: z.enum(['llamacpp', 'openai']),
  slots: z.number().int().min(1).max(1024).default(8),
  context_tokens: z.number().int().min(64).default(2048),
  max_queue: z.number().int().min(0).default(64),
  max_output_tokens: z.number().int().min(1).default(1024),
  base_url: z.string().default(''),
  upstream_model: z.string().default(''),
  /** `env:NAME` or `file:/path`; never the secret itself. */
  api_key_ref: z.string().default(''),
  allow_private_address: z.boolean().default(false),
  more_base_urls: z.array(z.string()).max(31).default([]),
  /** 0 = only max_queue counts. */
  max_queued_tokens: z.number().int().nonnegative().default(0),
  /** 0 = never. */
  idle_unload_seconds: z.number().int().nonnegative().default(0),
  shares: z
    .array(
      z.object({
        tenant: z.string(),
        nominal_percent: z.number().int().min(0).max(100),
        borrowing_percent: z.number().int().min(0).max(100),
        weight: z.number().int().min(1).default(1),
      }),
    )
    .max(256)
    .default([]),
  /** Decimal string; empty = unknown. */
  usd_per_hour: z.string().default(''),
});

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** Loss of a quantized file against its parent over one corpus; intervals are of 95 %. */
export const qualityReport = z.object({
  candidate_sha256: z.string(),
  parent_sha256: z.string(),
  corpus: z.string(),
  corpus_sha256: z.string(),
  tokens: z.number().int().positive(),
  candidate_perplexity: z.number().positive(),
  parent_perplexity: z.number().positive(),
  perplexity_ratio: estimate,
  /** Nats. */
  mean_kl: estimate,
  kl_p999: z.number(),
  /** Share, 0 to 1. */
  same_top: estimate,
  measured_at: epochMs,
});

/** Where a file comes from, when a tool made it from another one. */
export const lineage = z.object({
  parent_sha256: z.string(),
  parent_type: z.string(),
  operation: z.enum(['quantize']),
  type: z.string(),
  tool: z.string(),
});

export const modelState = z.object({
  kind: z.literal('model'),
  id: z.string(),
  name: z.string(),
  description: z.string(),
  license: z.string(),
  aliases: z.record(z.string(), z.number().int().positive()),
  created_at: epochMs,
});

export const modelVersionState = z.object({
  kind: z.literal('model_version'),
  id: z.string(),
  model_name: z.string(),
  version: z.number().int().positive(),
  format: z.enum(['gguf', 'remote']),
  source: z.string(),
  quantization: z.string(),
  context_tokens: z.number().int().nonnegative(),
  artifacts: z.array(artifact),
  lineage: lineage.optional(),
  /** The newest one per parent and corpus. */
  quality_reports: z.array(qualityReport).max(16).default([]),
  created_at: epochMs,
});

export const deploymentState = z.object({
  kind: z.literal('deployment'),
  id: z.string(),
  name: z.string(),
  model_name: z.string(),
  version: z.number().int().positive(),
  engine,
  desired_state: z.enum(['running', 'stopped']),
  /** Lets it serve without a passing quality report. */
  quality_override: z.object({ reason: z.string(), decided_by: z.string(), decided_at: epochMs }).optional(),
  created_at: epochMs,
});

export const routeState = z.object({
  kind: z.literal('route'),
  id: z.string(),
  alias: z.string(),
  targets: z.array(z.object({ deployment_id: z.string(), weight: z.number().int().min(0).max(1_000_000) })),
  policy: z.string(),
  on_guardrails_error: z.enum(['closed', 'open']),
  organization_id: z.string(),
  project_ids: z.array(z.string()),
  /** Other policies for single stages. */
  stage_policies: z.partialRecord(guardrailStage, z.string()).default({}),
  /** Most characters that a stream may be held back; 0 = any. */
  max_holdback_chars: z.number().int().nonnegative().default(0),
  on_blocked_input: z.enum(['error', 'completion']).default('error'),
  created_at: epochMs,
});

export const organizationState = z.object({
  kind: z.literal('organization'),
  id: z.string(),
  name: z.string(),
  created_at: epochMs,
});

export const projectState = z.object({
  kind: z.literal('project'),
  id: z.string(),
  organization_id: z.string(),
  name: z.string(),
  /** Guardrail policy that decides beside the route's; empty = none. */
  policy: z.string().default(''),
  /** Whether the texts that guardrails decided on are kept, encrypted, for replays. */
  keep_content: z.boolean().default(false),
  created_at: epochMs,
});

export const scope = z.enum(['inference', 'usage.read', 'evaluation', 'monitor.read', 'admin']);
export type Scope = z.infer<typeof scope>;

export const role = z.enum(['owner', 'admin', 'member', 'viewer']);
export type Role = z.infer<typeof role>;

export const apiKeyState = z.object({
  kind: z.literal('api_key'),
  id: z.string(),
  organization_id: z.string(),
  project_id: z.string(),
  name: z.string(),
  prefix: z.string(),
  /** HMAC-SHA256 of the secret under WEIR_KEY_PEPPER, hexadecimal. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(scope),
  role,
  on_billing_error: z.enum(['closed', 'open']),
  created_at: epochMs,
  /** 0 = does not expire. */
  expires_at: epochMs,
  /** 0 = in force. */
  revoked_at: epochMs,
});

export const registryObject = z.discriminatedUnion('kind', [
  modelState,
  modelVersionState,
  deploymentState,
  routeState,
  organizationState,
  projectState,
  apiKeyState,
]);

/** The full new state of one registry object, or its deletion. */
export const registryState = defineEvent({
  type: 'weir.registry.state.v1',
  source: '/weir/registry',
  description:
    'Full state of one registry object (compacted by object). A consumer that read it to its end knows everything.',
  key: 'object_key',
  compacted: true,
  data: z.object({
    /** `kind/id`. */
    object_key: z.string(),
    revision: z.number().int().positive(),
    deleted: z.boolean(),
    object: registryObject,
  }),
});

/** What changed and who did it, one event per change, in order per object. */
export const registryChanged = defineEvent({
  type: 'weir.registry.changed.v1',
  source: '/weir/registry',
  description: 'One change of one registry object: kind, revision before and after, and the principal.',
  key: 'object_key',
  data: z.object({
    object_key: z.string(),
    kind: z.string(),
    change: z.enum(['created', 'updated', 'deleted']),
    revision: z.number().int().positive(),
    changed_by: z.string(),
    changed_at: epochMs,
  }),
});

export const auditRecorded = defineEvent({
  type: 'weir.audit.recorded.v1',
  source: '/weir/registry',
  description: 'One administrative action, allowed or refused, with its principal.',
  key: 'organization_id',
  data: z.object({
    audit_id: z.string(),
    organization_id: z.string(),
    principal: z.string(),
    action: z.string(),
    target: z.string(),
    allowed: z.boolean(),
    reason: z.string().optional(),
    recorded_at: epochMs,
  }),
});

export type RegistryState = z.infer<typeof registryState.data>;
export type RegistryObject = z.infer<typeof registryObject>;
export type RegistryKind = RegistryObject['kind'];
export type ModelState = z.infer<typeof modelState>;
export type ModelVersionState = z.infer<typeof modelVersionState>;
export type DeploymentState = z.infer<typeof deploymentState>;
export type EngineSpecState = DeploymentState['engine'];
export type QualityReportState = z.infer<typeof qualityReport>;
export type LineageState = z.infer<typeof lineage>;
export type RouteState = z.infer<typeof routeState>;
export type OrganizationState = z.infer<typeof organizationState>;
export type ProjectState = z.infer<typeof projectState>;
export type ApiKeyState = z.infer<typeof apiKeyState>;
export type RegistryChanged = z.infer<typeof registryChanged.data>;
export type AuditRecorded = z.infer<typeof auditRecorded.data>;
