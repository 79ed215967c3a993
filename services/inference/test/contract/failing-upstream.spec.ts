import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, fakeUpstream, type Failure, type FakeUpstream } from '@weir/testing';
import { ask, failureOf, whole } from '../fixtures.js';
import { serveUpstreams, type ServedUpstream } from './served-upstream.js';

const LATE = { code: 'deadline_exceeded', details: { engine_late: true } };
const refusal = (error: object) => ({ error: { message: 'm', type: 'x', ...error } });

describe('an upstream that fails on command', () => {
  let upstream: FakeUpstream;
  let served: ServedUpstream;

  beforeEach(async () => {
    upstream = await fakeUpstream({ chunks: 5 });
    const settings = { upstreamFirstByteSeconds: 1, upstreamIdleSeconds: 1 };
    served = await serveUpstreams([upstream], { settings, engine: { slots: 1, api_key_ref: 'env:FAKE_API_KEY' } });
  });
  // Whatever happened, the slot and the connection are free, and the next request is answered.
  afterEach(async () => {
    upstream.fail(undefined);
    await eventually(() => served.backend.running === 0 && upstream.running === 0);
    const { last } = await whole(ask(served.backend));
    expect(last?.finish?.reason).toBe('stop');
    await served[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  it.each<[string, Failure, object]>([
    ['is slow with its first byte', { kind: 'slow', ttftMs: 30_000 }, LATE],
    ['sends nothing after its head', { kind: 'stall', afterChunks: 0 }, LATE],
    [
      'stalls in its stream',
      { kind: 'stall', afterChunks: 2 },
      { ...LATE, details: { ...LATE.details, output_tokens: 2, usage_estimated: true } },
    ],
    ['cuts its stream before a token', { kind: 'cut', afterChunks: 0 }, { code: 'upstream_error' }],
    ['cuts its stream', { kind: 'cut', afterChunks: 2 }, { code: 'engine_failed', details: { output_tokens: 2 } }],
    ['cuts its stream before the finish', { kind: 'cut', afterChunks: 5 }, { code: 'engine_failed' }],
    ['sends what is not JSON', { kind: 'garbage', afterChunks: 0 }, { code: 'upstream_error' }],
    ['sends what is not JSON later', { kind: 'garbage', afterChunks: 2 }, { code: 'engine_failed' }],
    ['sends a line without an end', { kind: 'huge_line', afterChunks: 1 }, { code: 'engine_failed' }],
    ['sends headers without an end', { kind: 'endless_headers', everyMs: 0 }, { code: 'upstream_error' }],
    ['sends headers without an end, slowly', { kind: 'endless_headers', everyMs: 300 }, LATE],
    ['gives the answer up', { kind: 'finish', reason: 'abort' }, { code: 'engine_failed' }],
    ['filters the answer', { kind: 'finish', reason: 'content_filter' }, { code: 'content_filter' }],
  ])('%s', async (_what, failure, expected) => {
    upstream.fail(failure, 1);
    const { error } = await failureOf(ask(served.backend));
    expect(error).toMatchObject(expected);
  });

  it.each<[string, unknown, object]>([
    ['an error', undefined, { code: 'upstream_error' }],
    ['a limit', refusal({ code: 429 }), { code: 'engine_overloaded', retryAfterMs: 1_000 }],
    ['Anthropic’s overload', { type: 'error', error: { type: 'overloaded_error' } }, { code: 'engine_overloaded' }],
    ['vLLM’s older form', { object: 'error', message: 'm', code: 400, param: 'top_p' }, { param: 'top_p' }],
    ['Ollama’s text', { error: 'llama runner process has terminated' }, { code: 'upstream_error' }],
    ['TGI’s type', { error: 'm', error_type: 'overloaded' }, { code: 'engine_overloaded' }],
  ])('begins its 200 with %s', async (_what, body, expected) => {
    upstream.fail({ kind: 'error_event', body }, 1);
    expect((await failureOf(ask(served.backend))).error).toMatchObject(expected);
  });

  it.each([500, 502, 503, 520])('answers %i', async (status) => {
    upstream.fail({ kind: 'status', status, body: '<html>an internal page</html>' }, 1);
    const { error } = await failureOf(ask(served.backend));
    expect(error).toMatchObject({ code: 'upstream_error', details: { upstream_status: status } });
    expect(String(error)).not.toContain('internal page');
  });

  it.each<[string, Record<string, string>, number, number]>([
    ['seconds', { 'retry-after': '3' }, 3_000, 3_000],
    ['a date', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }, 50_000, 60_000],
    ['a reset', { 'x-ratelimit-reset-tokens': '6m0s', 'x-ratelimit-remaining-tokens': '0' }, 360_000, 360_000],
    ['nothing', {}, 1_000, 1_000],
  ])('answers 429 with %s', async (_how, headers, least, most) => {
    upstream.fail({ kind: 'status', status: 429, headers }, 1);
    const { error } = await failureOf(ask(served.backend));
    expect(error).toMatchObject({ code: 'engine_overloaded' });
    const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
    expect([retryAfterMs >= least, retryAfterMs <= most]).toEqual([true, true]);
  });

  it.each([
    ['none', null],
    ['a negative one', { prompt_tokens: -4, completion_tokens: 5 }],
    ['a fraction', { prompt_tokens: 4, completion_tokens: 5.5 }],
    ['less than what came', { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 }],
  ])('tells a wrong usage: %s', async (_what, usage) => {
    upstream.fail({ kind: 'usage', usage }, 1);
    const { text, last, parts } = await whole(ask(served.backend));
    expect(text).toBe('token token token token token');
    expect(last).toMatchObject({ usage: undefined, finish: { reason: 'stop' } });
    expect(parts.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(5);
    expect(served.usageMissing).toBe(1);
  });

  it.each<[object, object]>([
    [refusal({ param: 'temperature' }), { code: 'invalid_request', param: 'temperature' }],
    [refusal({ param: 'top_k', code: 'unknown_parameter' }), { code: 'unsupported_parameter', param: 'top_k' }],
    [refusal({ code: 'context_length_exceeded' }), { code: 'context_length_exceeded' }],
    [
      { detail: [{ loc: ['body', 'seed'], msg: 'm', type: 'int_parsing' }] },
      { code: 'invalid_request', param: 'seed' },
    ],
  ])('names what is wrong with a request: %j', async (body, expected) => {
    upstream.fail({ kind: 'status', status: 400, body }, 1);
    expect((await failureOf(ask(served.backend))).error).toMatchObject(expected);
  });

  it('answers whole although a stream was asked for', async () => {
    upstream.fail({ kind: 'whole' }, 1);
    const { text, last } = await whole(ask(served.backend));
    expect([text, last?.usage?.outputTokens]).toEqual(['token token token token token', 5]);
    upstream.fail({ kind: 'status', status: 200, body: refusal({ code: 429 }) }, 1);
    expect((await failureOf(ask(served.backend))).error).toMatchObject({ code: 'engine_overloaded' });
  });

  it('shows the key that it got', async () => {
    upstream.fail({ kind: 'status', status: 400, body: refusal({ message: 'bad header: Bearer sk-hush' }) }, 1);
    const { error } = await failureOf(ask(served.backend));
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-hush');
    expect(String(error)).toContain('bad header: Bearer ***');
  });

  it('hides what is said of its credentials', async () => {
    upstream.fail({ kind: 'status', status: 401, body: refusal({ message: 'Incorrect API key: sk-ab**yz' }) }, 1);
    const { error } = await failureOf(ask(served.backend));
    expect(error).toMatchObject({ code: 'upstream_error' });
    expect(String(error)).not.toContain('sk-');
  });
});
