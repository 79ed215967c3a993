import { registryState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { parseRequest } from '../request/parse-request.js';
import { recordQualityReportRequest, reportState } from './quality-report-request.js';

const report = {
  candidateSha256: 'a0'.repeat(32),
  parentSha256: 'b2'.repeat(32),
  corpus: 'weir-corpus-v1',
  corpusSha256: 'c3'.repeat(32),
  tokens: 1000,
  candidatePerplexity: 12.5,
  parentPerplexity: 12.25,
  perplexityRatio: { value: 1.02, low: 1.01, high: 1.03 },
  meanKl: { value: 0.002, low: 0, high: 0.003 },
  klP999: 0.5,
  sameTop: { value: 1, low: 0.97, high: 1 },
  measuredAtMs: 9,
};
const request = (given: object) => ({ modelName: 'm', version: 1, report: { ...report, ...given } });
const problem = (given: unknown) => {
  try {
    parseRequest(recordQualityReportRequest, given);
  } catch (error) {
    return (error as { param?: string }).param;
  }
  return 'accepted';
};

describe('a quality report', () => {
  it('becomes part of the state', () => {
    const state = reportState(parseRequest(recordQualityReportRequest, request({})).report);
    const object = {
      kind: 'model_version',
      id: 'v1',
      model_name: 'm',
      version: 1,
      format: 'gguf',
      source: '',
      quantization: '',
      context_tokens: 0,
      artifacts: [],
      quality_reports: [state],
      created_at: 1,
    };
    const announced = { object_key: 'model_version/v1', revision: 2, deleted: false, object };
    expect(registryState.data.parse(announced)).toEqual(announced);
    expect(state).toMatchObject({ mean_kl: report.meanKl, kl_p999: 0.5, same_top: report.sameTop, measured_at: 9 });
  });

  it.each([
    ['report', { modelName: 'm', version: 1, report: undefined }],
    ['version', { modelName: 'm', version: 0, report }],
    ['report.candidate_sha256', request({ candidateSha256: 'x' })],
    ['report.corpus', request({ corpus: '' })],
    ['report.tokens', request({ tokens: 0 })],
    ['report.parent_perplexity', request({ parentPerplexity: Number.NaN })],
    ['report.candidate_perplexity', request({ candidatePerplexity: Number.POSITIVE_INFINITY })],
    ['report.mean_kl', request({ meanKl: undefined })],
    ['report.mean_kl', request({ meanKl: { value: 0.1, low: -0.1, high: 0.2 } })],
    ['report.mean_kl', request({ meanKl: { value: 0.1, low: 0.2, high: 0.3 } })],
    ['report.perplexity_ratio', request({ perplexityRatio: { value: 1, low: 0, high: 2 } })],
    ['report.same_top.high', request({ sameTop: { value: 1, low: 1, high: 1.1 } })],
    ['report.measured_at_ms', request({ measuredAtMs: 0 })],
  ])('names %s when that is wrong', (param, given) => {
    expect(problem(given)).toBe(param);
  });
});
