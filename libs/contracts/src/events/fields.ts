import { z } from 'zod';

/** UUIDv7 in lower-case text form. */
export const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

/** Milliseconds since the Unix epoch. */
export const epochMs = z.number().int().nonnegative();

/** USD as a decimal string with at most 12 fraction digits (1 pico-USD); never a float. */
export const usd = z.string().regex(/^-?\d{1,26}(\.\d{1,12})?$/);

export const tokenCount = z.number().int().nonnegative();

/** The tenant of a request, from the organisation down to the key. */
export const tenant = z.object({
  organization_id: z.string(),
  project_id: z.string(),
  api_key_id: z.string(),
});

/** What a text is that guardrails decides on, and with that how far it is trusted. */
export const guardrailStage = z.enum(['input', 'output', 'document', 'tool_call', 'tool_result', 'reasoning']);

/** What guardrails does about a finding, weakest first. */
export const guardrailAction = z.enum([
  'allow',
  'flag',
  'mask',
  'pseudonymise',
  'replace',
  'downgrade',
  'require_approval',
  'block',
]);
