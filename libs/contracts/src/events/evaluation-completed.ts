import { z } from 'zod';
import { epochMs } from './fields.js';
import { defineEvent } from './define-event.js';

export const evaluationCompleted = defineEvent({
  type: 'weir.evaluation.completed.v1',
  source: '/weir/evaluator',
  description: 'One evaluation job ended: scores with standard errors, bound to the suite by its sha256.',
  key: 'project_id',
  data: z.object({
    job_id: z.string(),
    organization_id: z.string(),
    project_id: z.string(),
    name: z.string(),
    model: z.string(),
    state: z.enum(['completed', 'failed', 'cancelled']),
    state_reason: z.string(),
    suite_sha256: z.string(),
    total: z.number().int().nonnegative(),
    done: z.number().int().nonnegative(),
    failed_requests: z.number().int().nonnegative(),
    scores: z.array(
      z.object({
        metric: z.enum(['exact_match', 'multiple_choice']),
        value: z.number().min(0).max(1),
        standard_error: z.number().nonnegative(),
        samples: z.number().int().nonnegative(),
      }),
    ),
    passed: z.boolean().optional(),
    created_at: epochMs,
    ended_at: epochMs,
  }),
});

export type EvaluationCompleted = z.infer<typeof evaluationCompleted.data>;
