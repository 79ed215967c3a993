import { z } from 'zod';
import { UNSUPPORTED } from '../wire/door-body.js';
import { operatorSchema } from './operators.js';

const MAX_TEXTS = 256;
const MAX_ENTITIES = 100_000;

/** A field that would change the answer and is not there; its neutral values are taken for absent. */
const refused = (what: string) =>
  z
    .unknown()
    .refine((value) => value === undefined || value === null || (Array.isArray(value) && value.length === 0), {
      error: `${what} are not supported.`,
      ...UNSUPPORTED,
    })
    .optional();

/** Body of `POST /analyze`. */
export const analyzeBody = z.strictObject({
  text: z.union([z.string().min(1), z.array(z.string()).min(1).max(MAX_TEXTS)], { error: 'No text provided' }),
  language: z.string({ error: 'No language provided' }).min(2).max(16),
  entities: z.array(z.string().max(128)).max(256).nullish(),
  correlation_id: z.string().max(256).nullish(),
  score_threshold: z.number().min(0).max(1).nullish(),
  return_decision_process: z.boolean().nullish(),
  allow_list: z.array(z.string().max(1_000)).max(1_000).nullish(),
  allow_list_match: z.literal('exact', { error: 'only exact matches are supported.' }).nullish(),
  ad_hoc_recognizers: refused('recognizers of a request'),
  context: refused('context words of a request'),
  regex_flags: z.number().int().nullish(),
});

export type AnalyzeBody = z.output<typeof analyzeBody>;

const entity = z.object({
  entity_type: z.string().min(1).max(128),
  start: z.number().int().min(0),
  end: z.number().int().min(0),
  score: z.number().min(0).max(1).default(1),
});

/** Body of `POST /anonymize`. */
export const anonymizeBody = z.object({
  text: z.string({ error: 'No text provided' }).min(1, 'No text provided'),
  analyzer_results: z.array(entity).max(MAX_ENTITIES).default([]),
  anonymizers: z.record(z.string().max(128), operatorSchema).nullish(),
});
