import { z } from 'zod';
import { epochMs, guardrailAction, guardrailStage, tenant } from './fields.js';
import { defineEvent } from './define-event.js';

export const guardrailVerdict = defineEvent({
  type: 'weir.guardrail.verdict.v1',
  source: '/weir/guardrails',
  description: 'One decision of guardrail policies on one stage of one request. Spans and salted hashes, never text.',
  key: 'project_id',
  data: z.object({
    verdict_id: z.string(),
    request_id: z.string(),
    ...tenant.shape,
    model: z.string(),
    policy: z.string(),
    policy_version: z.number().int().positive(),
    /** Every policy version that decided, as `name@version`. */
    policies: z.array(z.string()).default([]),
    stage: guardrailStage,
    action: guardrailAction,
    findings: z.array(
      z.object({
        detector: z.string(),
        action: guardrailAction,
        path: z.string(),
        start: z.number().int().nonnegative(),
        end: z.number().int().nonnegative(),
        score: z.number().min(0).max(1),
        threshold: z.number().min(0).max(1).default(0),
        value_hash: z.string(),
        category: z.string().default(''),
        entity: z.string().default(''),
        /** MLCommons hazard, `S1` to `S14`; empty = none applies. */
        hazard: z.string().default(''),
        /** OWASP LLM Top 10 (2025), for example `LLM01`; empty = none applies. */
        owasp: z.string().default(''),
        /** Recorded, not acted on. */
        shadow: z.boolean().default(false),
      }),
    ),
    /** Findings beyond the 100 that are listed. */
    findings_omitted: z.number().int().nonnegative(),
    checks: z
      .array(
        z.object({
          check: z.string(),
          score: z.number().min(0).max(1),
          threshold: z.number().min(0).max(1),
          status: z.enum(['ok', 'failed', 'timed_out', 'skipped']),
          duration_us: z.number().int().nonnegative(),
          degraded_to: z.string(),
        }),
      )
      .default([]),
    /** Checks that failed and were passed over, as their policy says. */
    passed_unchecked: z.array(z.string()).default([]),
    /** Rules that fired, in order. */
    rules: z.array(z.string()).default([]),
    /** SHA-256 of the decision without its id, times and durations. */
    digest: z.string().default(''),
    /** Principal that approved the content; empty = nobody. */
    approved_by: z.string().default(''),
    held_back_characters: z.number().int().nonnegative().default(0),
    characters: z.number().int().nonnegative(),
    duration_us: z.number().nonnegative(),
    decided_at: epochMs,
  }),
});

export type GuardrailVerdict = z.infer<typeof guardrailVerdict.data>;
