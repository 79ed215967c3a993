import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentState } from '@weir/contracts';
import { eventually, fakeUpstream, type FakeUpstream, type FakeUpstreamOptions } from '@weir/testing';
import type { InferenceSettings } from '../src/inference.config.js';
import type { UpstreamBackend } from '../src/upstream/upstream-backend.js';
import { serveUpstreams } from './contract/served-upstream.js';
import { ask, failureOf, whole } from './fixtures.js';

const ABORT_MS = 100;

describe('an OpenAI-compatible upstream', () => {
  let upstream: FakeUpstream;
  let opened: AsyncDisposableStack;

  beforeEach(() => {
    opened = new AsyncDisposableStack();
  });
  afterEach(() => opened.disposeAsync());

  async function serve(
    behaviour: FakeUpstreamOptions = {},
    engine: Partial<DeploymentState['engine']> = {},
    settings: Partial<InferenceSettings> = {},
  ): Promise<UpstreamBackend> {
    upstream = opened.use(await fakeUpstream(behaviour));
    return opened.use(await serveUpstreams([upstream], { engine, settings })).backend;
  }

  it('streams a chat with exact usage, with the key and the options of the request', async () => {
    const backend = await serve({ chunks: 4 }, { api_key_ref: 'env:FAKE_API_KEY' });
    const asked = { prompt: 'one two', temperature: 0.5, topP: 0.9, seed: 3, stop: ['END'], maxTokens: 9 };
    const { text, last } = await whole(ask(backend, asked));
    expect(text).toBe('token token token token');
    expect(last).toMatchObject({ usage: { inputTokens: 2, outputTokens: 4 }, finish: { reason: 'stop' } });
    const [request] = upstream.requests;
    expect(request).toMatchObject({ path: '/chat/completions', headers: { authorization: 'Bearer sk-hush' } });
    expect(request?.body).toMatchObject({
      model: 'fake-model',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      seed: 3,
      stop: ['END'],
      messages: [{ role: 'user', content: 'one two' }],
    });
  });

  it('completes text, and never asks for more than the deployment allows', async () => {
    const backend = await serve({ chunks: 50 }, { max_output_tokens: 3 });
    const { last } = await whole(ask(backend, { prompt: { kind: 'text', text: 'a b' }, maxTokens: 40 }));
    expect(upstream.requests[0]).toMatchObject({ path: '/completions', body: { prompt: 'a b', max_tokens: 3 } });
    expect(last).toMatchObject({ usage: { outputTokens: 3 }, finish: { reason: 'length' } });
  });

  it.each([
    ['before the first byte', { ttftMs: 30_000 }],
    ['between two tokens', { gapMs: 20, chunks: 10_000 }],
    ['in a stall', { chunks: 5, failure: { kind: 'stall', afterChunks: 2 } as const }],
  ])('tells the upstream within 100 ms that the caller left %s', async (_when, behaviour) => {
    const backend = await serve(behaviour);
    const caller = new AbortController();
    const left = failureOf(ask(backend, { signal: caller.signal }));
    await eventually(
      () => upstream.requests.length === 1 && ('ttftMs' in behaviour || upstream.requests[0]!.chunksSent >= 2),
    );
    const leftAt = Date.now();
    caller.abort();
    expect((await left).error).toMatchObject({ code: 'cancelled' });
    await eventually(() => upstream.aborts.length === 1);
    expect(upstream.aborts[0]!.abortedAt! - leftAt).toBeLessThanOrEqual(ABORT_MS);
    await eventually(() => backend.running === 0);
  });

  it('leaves the upstream when the reader just leaves', async () => {
    const backend = await serve({ gapMs: 10, chunks: 1_000 });
    for await (const part of ask(backend)) if (part.text) break;
    await eventually(() => upstream.aborts.length === 1 && backend.running === 0);
  });

  it.each([
    [400, 'invalid_request'],
    [401, 'upstream_error'],
    [404, 'model_not_found'],
    [413, 'payload_too_large'],
    [429, 'engine_overloaded'],
    [503, 'upstream_error'],
    [504, 'deadline_exceeded'],
  ])('answers %i with %s', async (status, code) => {
    const backend = await serve({ failure: { kind: 'status', status, headers: { 'retry-after': '3' } } });
    const { error } = await failureOf(ask(backend));
    expect(error).toMatchObject({ code, details: { upstream_status: status } });
    if (status === 429) expect(error).toMatchObject({ retryAfterMs: 3_000 });
  });

  it('takes a stream that begins with an error, or breaks, for a failure', async () => {
    const backend = await serve({ chunks: 5 });
    upstream.fail({ kind: 'error_event' }, 1);
    expect((await failureOf(ask(backend))).error).toMatchObject({ code: 'upstream_error' });
    upstream.fail({ kind: 'garbage', afterChunks: 1 }, 1);
    expect((await failureOf(ask(backend))).error).toMatchObject({ code: 'engine_failed' });
    upstream.fail({ kind: 'cut', afterChunks: 3 }, 1);
    expect((await failureOf(ask(backend))).error).toMatchObject({
      code: 'engine_failed',
      details: { output_tokens: 3, usage_estimated: true },
    });
    expect((await whole(ask(backend))).last?.finish?.reason).toBe('stop');
  });

  it('ends a silent upstream by its own times and by the deadline', async () => {
    const backend = await serve({ ttftMs: 30_000 }, {}, { upstreamFirstByteSeconds: 1 });
    expect((await failureOf(ask(backend))).error).toMatchObject({
      code: 'deadline_exceeded',
      details: { engine_late: true },
    });
    const late = ask(backend, { deadline: Date.now() + 200 });
    expect((await failureOf(late)).error).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('does not let a tool choice be ignored', async () => {
    const backend = await serve({ callsTools: false });
    const tools = [{ name: 'f', description: '', parameters: undefined }];
    const { error } = await failureOf(ask(backend, { tools, toolChoice: { mode: 'required' } }));
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: 'tool_choice', details: { output_tokens: 5 } });
    expect((await whole(ask(backend, { tools, toolChoice: { mode: 'auto' } }))).last?.finish?.reason).toBe('stop');
  });

  it('gives what it has at the deadline', async () => {
    const backend = await serve({ gapMs: 20, chunks: 1_000 });
    const { text, last } = await whole(ask(backend, { deadline: Date.now() + 300 }));
    expect(text).toMatch(/^token/);
    expect(last).toMatchObject({ finish: { reason: 'deadline' }, usage: undefined });
  });

  it('has no more connections than slots and refuses over its queue', async () => {
    const backend = await serve({ ttftMs: 300, chunks: 1 }, { slots: 2, max_queue: 1 });
    const asked = [1, 2, 3].map(() => whole(ask(backend)));
    await eventually(() => upstream.requests.length === 2 && backend.waiting === 1);
    expect((await failureOf(ask(backend))).error).toMatchObject({ code: 'engine_overloaded' });
    expect((await Promise.all(asked)).length).toBe(3);
    expect(upstream.requests).toHaveLength(3);
  });

  it('refuses private addresses unless the deployment allows them', async () => {
    const backend = await serve({}, { allow_private_address: false });
    expect(backend.status).toMatchObject({ state: 'failed', reason: expect.stringContaining('private address') });
    expect((await failureOf(ask(backend))).error).toMatchObject({ code: 'engine_unavailable' });
    const named = await serve({}, { allow_private_address: false, base_url: 'http://localhost:9/v1' });
    expect((await failureOf(ask(named))).error).toMatchObject({ code: 'invalid_configuration' });
    expect(upstream.requests).toHaveLength(0);
  });

  it.each(['ftp://x/', 'not a url', 'http://user:pass@example.com/'])('refuses the base URL %s', async (base_url) => {
    expect((await serve({}, { base_url })).status.state).toBe('failed');
  });

  it('says that an upstream cannot be reached', async () => {
    const backend = await serve({}, { base_url: 'http://127.0.0.1:1/v1' });
    expect((await failureOf(ask(backend))).error).toMatchObject({ code: 'upstream_error' });
  });
});
