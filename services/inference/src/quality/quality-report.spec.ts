import { describe, expect, it } from 'vitest';
import { qualityReportOf } from './quality-report.js';

const files = {
  candidateSha256: 'a',
  parentSha256: 'b',
  corpus: 'c',
  corpusSha256: 'd',
  measuredAtMs: 9,
};

describe('a report', () => {
  it('brings all chunks together', () => {
    const report = qualityReportOf(files, [
      { kl: [0.1, 0.3], parentNll: [1, 2], candidateNll: [1.1, 2.1], sameTop: [true, false] },
      { kl: [0.2], parentNll: [3], candidateNll: [3.1], sameTop: [true] },
    ]);
    expect(report).toMatchObject({ ...files, tokens: 3, klP999: 0.3 });
    expect(report.meanKl?.value).toBeCloseTo(0.2, 12);
    expect(report.parentPerplexity).toBeCloseTo(Math.exp(2), 12);
    expect(report.candidatePerplexity).toBeCloseTo(Math.exp(2.1), 12);
    expect(report.perplexityRatio?.value).toBeCloseTo(Math.exp(0.1), 12);
    expect(report.sameTop?.value).toBeCloseTo(2 / 3, 12);
  });

  it('of a model against itself has no loss and no doubt about it', () => {
    const nll = [1, 2, 3];
    const chunk = { kl: [0, 0, 0], parentNll: nll, candidateNll: nll, sameTop: [true, true, true] };
    const report = qualityReportOf(files, [chunk, chunk]);
    expect(report.meanKl).toEqual({ value: 0, low: 0, high: 0 });
    expect(report.perplexityRatio).toEqual({ value: 1, low: 1, high: 1 });
    expect(report.sameTop).toMatchObject({ value: 1, high: 1 });
  });

  it('never says that a divergence may be below zero', () => {
    const chunk = (kl: number) => ({ kl: [kl], parentNll: [1], candidateNll: [1], sameTop: [true] });
    const { meanKl } = qualityReportOf(files, [chunk(0), chunk(0.4)]);
    expect(meanKl).toMatchObject({ value: 0.2, low: 0 });
    expect(meanKl?.high).toBeGreaterThan(0.2);
  });
});
