import { z } from 'zod';
import { epochMs, tokenCount, usd } from './fields.js';
import { defineEvent } from './define-event.js';

export const engineState = defineEvent({
  type: 'weir.engine.state.v1',
  source: '/weir/inference',
  description: 'Reported state of one deployment (compacted by deployment).',
  key: 'deployment_id',
  compacted: true,
  data: z.object({
    deployment_id: z.string(),
    state: z.enum(['loading', 'ready', 'unloaded', 'failed', 'restarting', 'open']),
    reason: z.string(),
    slots: z.number().int().nonnegative(),
    context_tokens: z.number().int().nonnegative(),
    /** sha256 of the weights that are loaded; empty for upstreams. */
    artifact_sha256: z.string(),
    breaker: z.enum(['closed', 'open', 'half_open', 'isolated']).default('closed'),
    breaker_reason: z.string().default(''),
    /** `cpu` or the id of an accelerator; empty for upstreams. */
    device: z.string().default(''),
    reported_at: epochMs,
  }),
});

/** What one engine cost and did in a span of time: cost per hour divided by it gives cost per token. */
export const engineUsage = defineEvent({
  type: 'weir.engine.usage.v1',
  source: '/weir/inference',
  description: 'Machine time and tokens of one engine process over a span of time.',
  key: 'deployment_id',
  data: z.object({
    deployment_id: z.string(),
    model_name: z.string(),
    device: z.string(),
    started_at: epochMs,
    ended_at: epochMs,
    /** Milliseconds in which the model held its memory. */
    loaded_ms: z.number().nonnegative(),
    /** Milliseconds in which at least one request ran. */
    busy_ms: z.number().nonnegative(),
    input_tokens: tokenCount,
    cached_input_tokens: tokenCount,
    output_tokens: tokenCount,
    /** Cost of the machine in USD per hour; absent when the deployment does not say. */
    usd_per_hour: usd.optional(),
  }),
});

export type EngineState = z.infer<typeof engineState.data>;
export type EngineUsage = z.infer<typeof engineUsage.data>;
