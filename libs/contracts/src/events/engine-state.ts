import { z } from 'zod';
import { epochMs } from './fields.js';
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
    reported_at: epochMs,
  }),
});

export type EngineState = z.infer<typeof engineState.data>;
