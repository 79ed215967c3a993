import { z } from 'zod';
import { epochMs, tenant } from './fields.js';
import { defineEvent } from './define-event.js';

export const guardrailVerdict = defineEvent({
  type: 'weir.guardrail.verdict.v1',
  source: '/weir/guardrails',
  description: 'One decision of a guardrail policy on one stage of one request. Spans and salted hashes, never text.',
  key: 'project_id',
  data: z.object({
    verdict_id: z.string(),
    request_id: z.string(),
    ...tenant.shape,
    model: z.string(),
    policy: z.string(),
    policy_version: z.number().int().positive(),
    stage: z.enum(['input', 'output']),
    action: z.enum(['allow', 'flag', 'mask', 'block']),
    findings: z.array(
      z.object({
        detector: z.string(),
        action: z.enum(['allow', 'flag', 'mask', 'block']),
        path: z.string(),
        start: z.number().int().nonnegative(),
        end: z.number().int().nonnegative(),
        score: z.number().min(0).max(1),
        value_hash: z.string(),
      }),
    ),
    /** Findings beyond the 100 that are listed. */
    findings_omitted: z.number().int().nonnegative(),
    characters: z.number().int().nonnegative(),
    duration_us: z.number().nonnegative(),
    decided_at: epochMs,
  }),
});

export type GuardrailVerdict = z.infer<typeof guardrailVerdict.data>;
