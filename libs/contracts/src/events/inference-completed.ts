import { z } from 'zod';
import { epochMs, tenant, tokenCount, usd } from './fields.js';
import { defineEvent } from './define-event.js';

/**
 * One request that reached the router with a valid key, whatever its end. The event id is the request id (UUIDv7), so
 * that a request can be charged once only, however often its event arrives. Carries no prompt and no answer text.
 */
export const inferenceCompleted = defineEvent({
  type: 'weir.inference.completed.v1',
  source: '/weir/router',
  description: 'One finished request: outcome, usage, cost and stage times. Text is never part of it.',
  key: 'project_id',
  data: z.object({
    request_id: z.string(),
    ...tenant.shape,
    operation_name: z.enum(['chat', 'text_completion', 'embeddings']),
    door: z.enum(['http', 'grpc']),
    /** Alias the client sent. */
    request_model: z.string(),
    /** Registry model and version that answered; absent when none was reached. */
    response_model: z.string().optional(),
    model_version: z.number().int().optional(),
    deployment_id: z.string().optional(),
    provider_name: z.string().optional(),
    stream: z.boolean(),
    /** ok: answered (also length or content_filter); blocked: refused by the input guard; error; cancelled by the client. */
    outcome: z.enum(['ok', 'blocked', 'error', 'cancelled']),
    finish_reasons: z.array(z.string()),
    /** Why a stream was cut, if Weir cut it: money, tokens, deadline, guardrail. */
    cut_reason: z.string().optional(),
    error_code: z.string().optional(),
    input_tokens: tokenCount,
    cached_input_tokens: tokenCount,
    output_tokens: tokenCount,
    /** Price at which cost_usd was computed; absent when nothing was served. */
    price_id: z.string().optional(),
    cost_usd: usd,
    lease_id: z.string().optional(),
    policy: z.string().optional(),
    input_verdict_id: z.string().optional(),
    output_verdict_id: z.string().optional(),
    /** Controls that the request passed without, as its route or key allows: billing, guardrails; absent = none. */
    degraded: z.array(z.enum(['billing', 'guardrails'])).optional(),
    started_at: epochMs,
    ended_at: epochMs,
    time_to_first_token_ms: z.number().nonnegative().optional(),
    duration_ms: z.number().nonnegative(),
    /** Milliseconds by stage, as in Server-Timing. */
    stages_ms: z.record(z.string(), z.number()),
    trace_id: z.string().optional(),
  }),
});

export type InferenceCompleted = z.infer<typeof inferenceCompleted.data>;
