import { z } from 'zod';

const MOST_PARAMS_CHARS = 16_384;

export const categoryField = z.enum([
  'pii',
  'secret',
  'injection',
  'toxicity',
  'egress',
  'leak',
  'words',
  'topic',
  'format',
  'custom',
]);
export const owaspField = z.string().regex(/^LLM(0[1-9]|10)$/);
export const hazardField = z.string().regex(/^S([1-9]|1[0-4])$/);

/** Where a detector server is and how it is called. */
export const detectorServer = {
  /** Of the server; the paths of the API follow it. */
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  detector_id: z.string().regex(/^[\w./:$-]{1,128}$/),
  /** Goes along with every call, for example `{"regex": ["email"]}`. */
  detector_params: z
    .record(z.string().max(128), z.json())
    .default({})
    .refine((params) => JSON.stringify(params).length <= MOST_PARAMS_CHARS, 'has too many characters'),
  /** `env:NAME` or `file:/path`; sent as bearer token. */
  api_key_ref: z.string().max(512).default(''),
  allow_private_address: z.boolean().default(false),
  /** Most milliseconds per call, within the deadline of the rule. */
  timeout_ms: z.number().int().min(1).max(60_000).default(60_000),
};

/** A detector behind the FMS detector API, as a policy names it. */
export const fmsDefinition = z.strictObject({
  kind: z.literal('fms'),
  ...detectorServer,
  /** contents: each text alone, with spans. chat: the conversation. generation: question and answer. context: answer and documents. */
  api: z.enum(['contents', 'chat', 'generation', 'context']).default('contents'),
  threshold: z.number().min(0).max(1).default(0.5),
  /** What a high score means; detectors made of judges often mean `safe`. */
  high_score_is: z.enum(['unsafe', 'safe']).default('unsafe'),
  /** context: what the server calls retrieved texts. */
  context_type: z.enum(['docs', 'document', 'chunks', 'url']).default('docs'),
  category: categoryField.default('custom'),
  hazard: hazardField.optional(),
  owasp: owaspField.optional(),
});

export type FmsDefinition = z.output<typeof fmsDefinition>;
export type DetectorServer = Pick<FmsDefinition, keyof typeof detectorServer>;
