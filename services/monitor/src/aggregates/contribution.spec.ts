import { guardrailVerdict, inferenceCompleted, type InferenceCompleted } from '@weir/contracts';
import { ERROR_KINDS } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '../drift/sample.js';
import { contributionOfCompleted, contributionOfVerdict } from './contribution.js';
import { bucketOf } from './log-histogram.js';

const completed = (given: Partial<InferenceCompleted> = {}) =>
  inferenceCompleted.data.parse({
    request_id: '0199c0de-0000-7000-8000-000000000001',
    organization_id: 'o',
    project_id: 'p',
    api_key_id: 'k',
    operation_name: 'chat',
    door: 'http',
    request_model: 'alias',
    response_model: 'registry-model',
    stream: true,
    outcome: 'ok',
    finish_reasons: ['stop'],
    input_tokens: 7,
    cached_input_tokens: 3,
    output_tokens: 5,
    cost_usd: '0.000000000001',
    started_at: 1000,
    ended_at: 2000,
    time_to_first_token_ms: 40,
    duration_ms: 900,
    stages_ms: {},
    ...given,
  });

describe('a completed request', () => {
  it('adds to its organisation, project and alias at the time it ended', () => {
    expect(contributionOfCompleted(completed())).toEqual({
      subject: { organizationId: 'o', projectId: 'p', model: 'alias' },
      atMs: 2000,
      counts: {
        requests: 1,
        errors: 0,
        client_errors: 0,
        blocked: 0,
        cancelled: 0,
        input_tokens: 7,
        output_tokens: 5,
      },
      costUsd: '0.000000000001',
      latencies: [
        { series: 'duration', bucket: bucketOf(900), count: 1 },
        { series: 'time_to_first_token', bucket: bucketOf(40), count: 1 },
      ],
    });
  });

  it('without a first token has no time to it', () => {
    const { latencies } = contributionOfCompleted(completed({ time_to_first_token_ms: undefined }));
    expect(latencies.map(({ series }) => series)).toEqual(['duration']);
  });

  it.each(['ok', 'blocked', 'error', 'cancelled'] as const)('that was %s counts as that', (outcome) => {
    const { counts } = contributionOfCompleted(completed({ outcome }));
    expect(counts).toMatchObject({
      requests: 1,
      errors: Number(outcome === 'error'),
      blocked: Number(outcome === 'blocked'),
      cancelled: Number(outcome === 'cancelled'),
    });
  });

  it('is a fault of the caller by its error code, and only when it is an error', () => {
    const isClientFault = (error_code: string | undefined, outcome: InferenceCompleted['outcome'] = 'error') =>
      contributionOfCompleted(completed({ outcome, error_code })).counts.client_errors === 1;
    for (const code of ['invalid_request', 'context_length_exceeded', 'rate_limit_exceeded', 'model_not_found']) {
      expect(isClientFault(code)).toBe(true);
      expect(isClientFault(code, 'blocked')).toBe(false);
    }
    const ofService = Object.entries(ERROR_KINDS).filter(([, { http }]) => http >= 500);
    expect(ofService.length).toBeGreaterThan(10);
    for (const [code] of ofService) expect(isClientFault(code)).toBe(false);
    for (const code of ['engine_overloaded', 'no_such_code', 'constructor', undefined]) {
      expect(isClientFault(code)).toBe(false);
    }
  });
});

describe('a verdict', () => {
  it.each(['allow', 'flag', 'mask', 'block'] as const)('of %s adds to that and is no request', (action) => {
    const verdict = guardrailVerdict.data.parse({
      verdict_id: 'v',
      request_id: 'r',
      organization_id: 'o',
      project_id: 'p',
      api_key_id: 'k',
      model: 'alias',
      policy: 'default',
      policy_version: 1,
      stage: 'output',
      action,
      findings: [],
      findings_omitted: 0,
      characters: 1,
      duration_us: 1,
      decided_at: 3000,
    });
    expect(contributionOfVerdict(verdict)).toEqual({
      subject: { organizationId: 'o', projectId: 'p', model: 'alias' },
      atMs: 3000,
      counts: { [`verdicts_${action}`]: 1 },
      costUsd: '0',
      latencies: [],
    });
  });
});

describe('a sample', () => {
  it('is taken of answered requests only', () => {
    expect(sampleOf(completed())).toEqual({ input_tokens: 7, output_tokens: 5, duration_ms: 900 });
    for (const outcome of ['blocked', 'error', 'cancelled'] as const) {
      expect(sampleOf(completed({ outcome }))).toBeUndefined();
    }
  });
});
