import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../test/sample-run.js';
import { rateHeaders } from './rate-headers.js';
import { runHeaders } from './run-headers.js';

const window = (dimension: string, limit: number, remaining: number, resetMs = 60_000) => ({
  dimension,
  limit,
  remaining,
  resetMs,
});

describe('rateHeaders', () => {
  it('shows the tightest limit of each kind, with Go durations', () => {
    const windows = [window('requests', 60, 59), window('tokens', 900, 800), window('tokens', 1_000, 10, 1_500)];
    expect(Object.fromEntries(rateHeaders(windows))).toEqual({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1m0s',
      'x-ratelimit-limit-tokens': '1000',
      'x-ratelimit-remaining-tokens': '10',
      'x-ratelimit-reset-tokens': '1.5s',
    });
  });

  it('has none where no limit is, and none for money', () => {
    expect(rateHeaders([window('money', 5, 1)])).toEqual([]);
  });
});

describe('runHeaders', () => {
  it('says when the policy took tools and long answers away', () => {
    const run = sampleRun();
    expect(Object.fromEntries(runHeaders(run))).not.toHaveProperty('x-weir-downgraded');
    run.guardState = { pseudonyms: [], canaries: ['c-1'], downgraded: true, maxOutputTokens: 9, needsContext: false };
    const headers = Object.fromEntries(runHeaders(run));
    expect(headers['x-weir-downgraded']).toBe('true');
    expect(JSON.stringify(headers)).not.toContain('c-1');
  });

  it('names the request, its trace, its stages and what it did without', () => {
    const run = sampleRun();
    run.windows = [window('tokens', 10, 5)];
    run.degraded.add('guardrails');
    expect(Object.fromEntries(runHeaders(run))).toMatchObject({
      'x-weir-request-id': run.caller.requestId,
      'x-trace-id': 'a'.repeat(32),
      'server-timing': 'auth;dur=1.5',
      'x-weir-degraded': 'guardrails',
      'x-ratelimit-remaining-tokens': '5',
    });
    expect(Object.keys(Object.fromEntries(runHeaders(sampleRun({ caller: { trace: undefined } }))))).toEqual([
      'x-weir-request-id',
      'server-timing',
    ]);
  });

  it('tells why an engine dropped the request, if it is a reason', () => {
    const run = sampleRun();
    const headerOf = (reason: string | number) => {
      run.error = new WeirError('engine_overloaded', 'x', { details: { dropped_reason: reason } });
      return new Map(runHeaders(run)).get('x-llm-d-request-dropped-reason');
    };
    expect(headerOf('rejected-saturated')).toBe('rejected-saturated');
    expect([headerOf('two\r\nlines'), headerOf(7)]).toEqual([undefined, undefined]);
  });
});
