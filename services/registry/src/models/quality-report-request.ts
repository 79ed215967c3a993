import type { QualityReportState } from '@weir/contracts';
import { z } from 'zod';
import { name, sha256, text } from '../request/fields.js';

const positive = z.number().positive('is needed and greater than 0');
const nats = z.number().min(0, 'at least 0');
const share = nats.max(1, 'at most 1');

const estimate = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .refine(({ value, low, high }) => low <= value && value <= high, 'the interval does not hold the value');

const report = z.object({
  candidateSha256: sha256,
  parentSha256: sha256,
  corpus: text(128).min(1, 'is needed'),
  corpusSha256: sha256,
  tokens: z.number().int().positive('is needed and greater than 0'),
  candidatePerplexity: positive,
  parentPerplexity: positive,
  perplexityRatio: estimate.refine(({ low }) => low > 0, 'is not greater than 0'),
  meanKl: estimate.refine(({ low }) => low >= 0, 'is below 0'),
  klP999: nats,
  sameTop: z.object({ value: share, low: share, high: share }).pipe(estimate),
  measuredAtMs: z.number().int().positive('is needed'),
});

export const recordQualityReportRequest = z.object({
  modelName: name,
  version: z.number().int().positive('is needed'),
  report,
});

export type RecordQualityReport = z.output<typeof recordQualityReportRequest>;

export function reportState(given: RecordQualityReport['report']): QualityReportState {
  return {
    candidate_sha256: given.candidateSha256,
    parent_sha256: given.parentSha256,
    corpus: given.corpus,
    corpus_sha256: given.corpusSha256,
    tokens: given.tokens,
    candidate_perplexity: given.candidatePerplexity,
    parent_perplexity: given.parentPerplexity,
    perplexity_ratio: given.perplexityRatio,
    mean_kl: given.meanKl,
    kl_p999: given.klP999,
    same_top: given.sameTop,
    measured_at: given.measuredAtMs,
  };
}
