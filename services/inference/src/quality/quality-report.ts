import type { engineV1 } from '@weir/contracts';
import type { ComparedPositions } from '../../engine/src/measure/measure-protocol.js';
import { mean, meanEstimate, percentile, shareEstimate, type Estimate } from './statistics.js';

export interface MeasuredFiles {
  readonly candidateSha256: string;
  readonly parentSha256: string;
  readonly corpus: string;
  readonly corpusSha256: string;
  readonly measuredAtMs: number;
}

/** What the comparison of all chunks says together. */
export function qualityReportOf(files: MeasuredFiles, chunks: readonly ComparedPositions[]): engineV1.QualityReport {
  const kl = chunks.flatMap((chunk) => chunk.kl);
  const sameTop = chunks.flatMap((chunk) => chunk.sameTop);
  const excess = chunks.map(({ candidateNll, parentNll }) => candidateNll.map((nll, at) => nll - (parentNll[at] ?? 0)));
  return {
    ...files,
    tokens: kl.length,
    candidatePerplexity: Math.exp(mean(chunks.flatMap((chunk) => chunk.candidateNll))),
    parentPerplexity: Math.exp(mean(chunks.flatMap((chunk) => chunk.parentNll))),
    perplexityRatio: mapped(meanEstimate(excess), Math.exp),
    meanKl: mapped(meanEstimate(chunks.map((chunk) => chunk.kl)), (nats) => Math.max(0, nats)),
    klP999: percentile(kl, 0.999),
    sameTop: shareEstimate(sameTop.filter(Boolean).length, sameTop.length),
  };
}

/** A rising function of an estimate. */
function mapped({ value, low, high }: Estimate, rising: (number: number) => number): Estimate {
  return { value: rising(value), low: rising(low), high: rising(high) };
}
