import { guardrailStage } from '@weir/contracts';
import { z } from 'zod';

const MAX_CUSTOM = 20;
const MAX_LENGTH = 65_536;
const list = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().min(1).max(MAX_LENGTH)).min(1).max(MAX_CUSTOM),
);
/** What a request may say about one detector. Other fields are refused by name. */
const fields = z.strictObject({
  /** Findings below it do not count, 0 to 1. */
  threshold: z.number().min(0).max(1).optional(),
  /** Names of kinds of values, or regular expressions of RE2's syntax. */
  regex: list.optional(),
  /** Forms that a text has to have: `json`, `json-with-schema:…`, `xml`. */
  file_type: list.optional(),
  /** Where the text stands; absent = where the door says. */
  stage: guardrailStage.optional(),
});

/** Clients write out what they leave empty: null is as good as absent. */
export const detectorParams = z.preprocess(withoutNulls, fields);

export type DetectorParams = z.output<typeof detectorParams>;

function withoutNulls(value: unknown): unknown {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

const MAX_DETECTORS = 32;

/** Detectors of one request with their parameters, by id. */
export const detectorMap = z
  .record(z.string().min(1).max(128), detectorParams)
  .refine((detectors) => Object.keys(detectors).length <= MAX_DETECTORS, `at most ${MAX_DETECTORS} detectors.`);

export type DetectorMap = z.output<typeof detectorMap>;
