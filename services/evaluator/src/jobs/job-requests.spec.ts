import { describe, expect, it } from 'vitest';
import { evalHubJob, readEvalHubJob } from './evalhub.js';
import { cutPage, readJobId, readPage, viewOf, viewOfCall } from './job-access.js';
import type { Job } from './job.js';
import { readOrder } from './job-order.js';

const suiteJsonl = '{"id":"a","type":"exact_match","prompt":"2+2?","answer":"4"}';
const request = { name: 'n', model: 'm', suiteJsonl, concurrency: 0, apiKey: 'k', threshold: undefined };
const principal = {
  apiKeyId: 'k',
  projectId: 'p',
  organizationId: 'o',
  scopes: ['evaluation'],
  role: 'member',
  onBillingError: 'closed',
} as const;

describe('an order', () => {
  it('has defaults', () => {
    expect(readOrder(request)).toMatchObject({ concurrency: 2, threshold: undefined, suite: { items: [{ id: 'a' }] } });
    expect(readOrder({ ...request, concurrency: 16, threshold: 0 })).toMatchObject({ concurrency: 16, threshold: 0 });
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ model: '' }, 'model'],
    [{ model: 'm'.repeat(201) }, 'model'],
    [{ concurrency: 17 }, 'concurrency'],
    [{ apiKey: '' }, 'api_key'],
    [{ threshold: 1.01 }, 'threshold'],
    [{ threshold: -0.1 }, 'threshold'],
    [{ threshold: Number.NaN }, 'threshold'],
    [{ suiteJsonl: '' }, 'suite_jsonl'],
  ])('with %j is refused', (wrong, param) => {
    expect(() => readOrder({ ...request, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });

  it('with a wrong suite names the lines', () => {
    expect(() => readOrder({ ...request, suiteJsonl: `${suiteJsonl}\n{}\nnope` })).toThrow(
      expect.objectContaining({
        details: { line: 2 },
        message: expect.stringMatching(/line 2: .*; line 3: /) as unknown,
      }),
    );
  });
});

describe('who sees which jobs', () => {
  it('is decided by the key', () => {
    const peer = { kind: 'client' } as const;
    expect(viewOfCall({ peer, principal })).toEqual({ organizationId: 'o', projectId: 'p' });
    expect(viewOf({ ...principal, scopes: ['admin'] })).toEqual({ organizationId: 'o', projectId: undefined });
    const operator = { kind: 'service', name: 'operator' } as const;
    expect(viewOfCall({ peer: operator, principal: undefined })).toEqual({});
    expect(viewOfCall({ peer: operator, principal })).toEqual({ organizationId: 'o', projectId: 'p' });
    expect(() => viewOfCall({ peer, principal: undefined })).toThrow(
      expect.objectContaining({ code: 'missing_api_key' }),
    );
  });
});

describe('pages', () => {
  const id = '0199c0de-0000-7000-8000-000000000001';

  it('are bounded and go on after their last job', () => {
    expect(readPage({ pageSize: 0, pageToken: '' })).toEqual({ limit: 50, beforeId: '' });
    expect(cutPage([{ id: 'a' }, { id: 'b' }], 1)).toEqual({ shown: [{ id: 'a' }], nextPageToken: 'a' });
    expect(cutPage([{ id: 'a' }], 1)).toEqual({ shown: [{ id: 'a' }], nextPageToken: '' });
    for (const wrong of [{ pageSize: 201 }, { pageSize: -1 }, { pageSize: Number.NaN }, { pageToken: 'x' }]) {
      expect(() => readPage({ pageSize: 1, pageToken: '', ...wrong })).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      );
    }
  });

  it('and jobs are found by ids only', () => {
    expect(readJobId(id)).toBe(id);
    expect(() => readJobId("' OR 1=1")).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});

describe('the form of EvalHub', () => {
  const benchmark = { id: 's', provider_id: 'weir', parameters: { suite_jsonl: suiteJsonl, concurrency: 4 } };

  it('orders a job', () => {
    const body = { name: 'n', model: { name: 'm' }, benchmarks: [{ ...benchmark, pass_criteria: { threshold: 0.5 } }] };
    expect(readEvalHubJob(body, 'own')).toEqual({
      name: 'n',
      model: 'm',
      apiKey: 'own',
      suiteJsonl,
      concurrency: 4,
      threshold: 0.5,
    });
    const withKey = { ...body, model: { name: 'm', auth: { api_key: 'other' } } };
    expect(readEvalHubJob(withKey, 'own').apiKey).toBe('other');
  });

  it.each([
    [undefined, ''],
    [{ name: 'n', model: {}, benchmarks: [benchmark] }, 'model.name'],
    [{ name: 'n', model: { name: 'm' }, benchmarks: [] }, 'benchmarks'],
    [{ name: 'n', model: { name: 'm' }, benchmarks: [benchmark, benchmark] }, 'benchmarks'],
    [
      { name: 'n', model: { name: 'm' }, benchmarks: [{ ...benchmark, provider_id: 'lm' }] },
      'benchmarks.0.provider_id',
    ],
  ])('refuses %j', (body, param) => {
    expect(() => readEvalHubJob(body, '')).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('shows a job with its test', () => {
    const job: Job = {
      id: 'j',
      organizationId: 'o',
      projectId: 'p',
      name: 'n',
      model: 'm',
      state: 'completed',
      stateReason: '',
      total: 2,
      done: 2,
      failedRequests: 0,
      suiteSha256: 'ab',
      concurrency: 2,
      threshold: 0.4,
      scores: [{ metric: 'exact_match', value: 0.5, standardError: 0.5, samples: 2 }],
      passed: true,
      createdMs: 0,
      endedMs: 1000,
    };
    expect(evalHubJob(job)).toMatchObject({
      resource: { id: 'j', created_at: '1970-01-01T00:00:00.000Z' },
      status: { state: 'completed', completed_at: '1970-01-01T00:00:01.000Z' },
      results: {
        benchmarks: [
          {
            metrics: { exact_match: 0.5, exact_match_stderr: 0.5, exact_match_samples: 2 },
            test: { primary_score: 0.5, threshold: 0.4, pass: true },
          },
        ],
      },
    });
    expect(evalHubJob({ ...job, state: 'failed', scores: [] }).results.benchmarks).toEqual([]);
  });
});
