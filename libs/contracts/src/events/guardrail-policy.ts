import { z } from 'zod';
import { epochMs, guardrailStage } from './fields.js';
import { defineEvent } from './define-event.js';

/** One published policy version. It never changes; the highest version of a name is in force. */
export const guardrailPolicy = defineEvent({
  type: 'weir.guardrail.policy.v1',
  source: '/weir/guardrails',
  description: 'One published version of a guardrail policy, with its author (compacted by name and version).',
  key: 'policy_key',
  compacted: true,
  data: z.object({
    /** `name@version`. */
    policy_key: z.string(),
    name: z.string(),
    version: z.number().int().positive(),
    /** The policy as JSON text. */
    document: z.string(),
    /** Of the document and of everything it is compiled with. */
    sha256: z.string(),
    author: z.string(),
    note: z.string(),
    created_at: epochMs,
  }),
});

/** The texts behind one verdict, for projects that keep content; sealed with a key of the project. */
export const guardrailContent = defineEvent({
  type: 'weir.guardrail.content.v1',
  source: '/weir/guardrails',
  description:
    'Texts that one verdict was about, encrypted per project, for replays. Only for projects that keep content.',
  key: 'project_id',
  data: z.object({
    verdict_id: z.string(),
    request_id: z.string(),
    organization_id: z.string(),
    project_id: z.string(),
    policies: z.array(z.string()),
    stage: guardrailStage,
    /** AES-256-GCM, base64: 12 bytes of nonce, the sealed JSON, 16 bytes of tag. The project id is authenticated with it. */
    sealed: z.string(),
    decided_at: epochMs,
  }),
});

export type GuardrailPolicyVersion = z.infer<typeof guardrailPolicy.data>;
export type GuardrailContent = z.infer<typeof guardrailContent.data>;
