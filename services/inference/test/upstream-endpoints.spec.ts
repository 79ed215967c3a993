import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemSource } from '@weir/config';
import { eventually, fakeSource, fakeUpstream, type FakeUpstream, type FakeUpstreamOptions } from '@weir/testing';
import { serveUpstreams, type ServedOptions, type ServedUpstream } from './contract/served-upstream.js';
import { ask, chatOf, failureOf, whole } from './fixtures.js';

const EJECT_MS = 5_000;

describe('an upstream with several addresses', () => {
  let opened: AsyncDisposableStack;
  let fakes: FakeUpstream[];
  let served: ServedUpstream;

  beforeEach(() => {
    opened = new AsyncDisposableStack();
  });
  afterEach(() => opened.disposeAsync());

  async function serve(behaviours: readonly FakeUpstreamOptions[], options: ServedOptions = {}) {
    fakes = [];
    for (const behaviour of behaviours) fakes.push(opened.use(await fakeUpstream(behaviour)));
    served = opened.use(await serveUpstreams(fakes, options));
    return served.backend;
  }

  const requests = () => fakes.map((fake) => fake.requests.length);
  const states = () => served.backend.endpoints.map(({ state }) => state);
  /** As many at once as there are; the outcome of each. */
  const askTogether = (count: number) =>
    Promise.allSettled(Array.from({ length: count }, () => whole(ask(served.backend))));

  it('takes turns among the idle, and prefers the less loaded', async () => {
    const backend = await serve([{}, {}, {}]);
    for (let request = 0; request < 6; request++) await whole(ask(backend));
    expect(requests()).toEqual([2, 2, 2]);
    fakes[0]?.behave({ ttftMs: 60_000 });
    const caller = new AbortController();
    const asked = Promise.allSettled([0, 1, 2].map(() => whole(ask(backend, { signal: caller.signal }))));
    await eventually(() => fakes[0]?.running === 1 && backend.running === 1);
    for (let request = 0; request < 4; request++) await whole(ask(backend));
    expect(fakes[0]?.requests).toHaveLength(3);
    caller.abort();
    await asked;
  });

  it('keeps away from one that its own metrics show to be full', async () => {
    const full = { metrics: true, queued: 40, kvUsage: 0.9 };
    const backend = await serve([full, { metrics: true, kvUsage: 0.1 }]);
    await eventually(() => backend.capacity.queued === 40);
    for (let request = 0; request < 4; request++) await whole(ask(backend));
    expect(requests()).toEqual([0, 4]);
    expect(backend.capacity).toMatchObject({ queued: 40, kvUsage: 0.5 });
    expect(backend.endpoints).toMatchObject([
      { queued: 40, kvUsage: 0.9 },
      { queued: 0, kvUsage: 0.1 },
    ]);
    await eventually(() => served.told?.[0]?.queued === 40);
  });

  it('takes a bad address out, lets it back by time, and hurts few requests', async () => {
    const source = { ...systemSource, ...fakeSource(), now: systemSource.now };
    const backend = await serve([{ failure: { kind: 'status', status: 500 } }, {}], {
      source,
      engine: { slots: 16 },
      settings: { breakerOpenMs: EJECT_MS },
    });
    const outcomes = await askTogether(16);
    expect(states()).toEqual(['ejected', 'in_use']);
    expect(backend.endpoints[0]?.reason).toContain('failures in a row');
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeLessThanOrEqual(8);
    const before = requests();
    expect((await askTogether(8)).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(requests()[0]).toBe(before[0]);
    fakes[0]?.fail(undefined);
    source.advance(EJECT_MS);
    expect(states()).toEqual(['in_use', 'in_use']);
    source.advance(EJECT_MS);
    await askTogether(2);
    expect(requests()[0]).toBeGreaterThan(before[0] ?? 0);
  });

  it('leaves half of them in use when all are bad, and the only one always', async () => {
    const bad = { failure: { kind: 'status', status: 500 } } as const;
    await serve([bad, bad, bad, bad], { engine: { slots: 32 } });
    for (let round = 0; round < 3; round++) await askTogether(32);
    expect(states().filter((state) => state === 'ejected')).toHaveLength(2);
    await serve([bad]);
    await askTogether(20);
    expect(states()).toEqual(['in_use']);
  });

  it('ejects nothing for what is the caller’s fault, or a limit', async () => {
    await serve([{ failure: { kind: 'status', status: 400 } }, { failure: { kind: 'status', status: 429 } }]);
    for (let round = 0; round < 4; round++) await askTogether(6);
    expect(states()).toEqual(['in_use', 'in_use']);
    expect(requests().every((count) => count >= 10)).toBe(true);
  });

  it('ejects nothing for callers that leave', async () => {
    const backend = await serve([
      { gapMs: 5, chunks: 1_000 },
      { gapMs: 5, chunks: 1_000 },
    ]);
    for (let request = 0; request < 12; request++) {
      for await (const part of ask(backend)) if (part.text) break;
    }
    expect(states()).toEqual(['in_use', 'in_use']);
    expect(requests()).toEqual([6, 6]);
  });

  it('guards every address', async () => {
    const backend = await serve([{}], {
      engine: { more_base_urls: ['http://10.0.0.1/v1'], allow_private_address: false },
    });
    expect(backend.status).toMatchObject({ state: 'failed', reason: expect.stringContaining('private address') });
    const wrong = await serve([{}], { engine: { more_base_urls: ['not a url'] } });
    expect(wrong.status.state).toBe('failed');
    const query = await serve([{}], { engine: { more_base_urls: ['http://127.0.0.1/v1?key=secret'] } });
    expect(query.status.reason).not.toContain('secret');
  });

  it('tells nothing once it is stopped', async () => {
    const backend = await serve([{ metrics: true }]);
    await eventually(() => served.told?.length === 1);
    await backend.stop();
    expect([served.told, backend.endpoints]).toEqual([[], []]);
    expect(backend.capacity).toEqual({ queued: 0, queuedTokens: 0, running: 0, kvUsage: 0 });
  });
});

describe('the load of an upstream', () => {
  it('is asked for with its key, at the place of its metrics', async () => {
    await using upstream = await fakeUpstream({ metrics: true, queued: 3, ttftMs: 60_000 });
    await using served = await serveUpstreams([upstream], { engine: { api_key_ref: 'env:FAKE_API_KEY' } });
    await eventually(() => served.backend.capacity.queued === 3);
    expect(upstream.probes[0]).toMatchObject({ path: '/metrics', headers: { authorization: 'Bearer sk-hush' } });
    const caller = new AbortController();
    const running = failureOf(ask(served.backend, { signal: caller.signal }));
    await eventually(() => served.backend.capacity.running === 1);
    caller.abort();
    await running;
  });

  it('is asked for until a minute after the last request', async () => {
    await using upstream = await fakeUpstream({ metrics: true });
    const source = { ...systemSource, ...fakeSource(), now: systemSource.now };
    await using served = await serveUpstreams([upstream], { source });
    await eventually(() => upstream.probes.length > 0 && served.told);
    source.advance(60_000);
    const asked = upstream.probes.length;
    const told = served.told;
    await eventually(() => served.told !== told);
    expect(upstream.probes.length).toBe(asked);
    await whole(ask(served.backend));
    await eventually(() => upstream.probes.length > asked);
  });

  it('is not read without an end', async () => {
    let poured = 0;
    let leftAt = 0;
    const server = createServer((_request, response) => {
      response.once('close', () => (leftAt = performance.now()));
      const pour = () => {
        for (let more = true; more && !response.destroyed; poured += 65_536) more = response.write('x'.repeat(65_536));
      };
      response.on('drain', pour);
      pour();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const engine = { base_url: `http://127.0.0.1:${port}/v1` };
    await using served = await serveUpstreams([], { engine });
    await eventually(() => leftAt > 0);
    expect(poured).toBeLessThan(16 * 1_048_576);
    expect(served.backend.status.state).toBe('ready');
    server.closeAllConnections();
    server.close();
  });

  it('is not asked for again where there is none', async () => {
    await using upstream = await fakeUpstream();
    await using served = await serveUpstreams([upstream]);
    await eventually(() => upstream.probes.length === 3);
    await eventually(() => served.told !== undefined);
    const asked = upstream.probes.length;
    served.backend.start();
    await whole(ask(served.backend));
    expect(upstream.probes.length).toBe(asked);
    expect(served.backend.endpoints).toMatchObject([{ state: 'in_use', running: 0, queued: 0 }]);
  });
});

describe('the vectors of an upstream', () => {
  const text = (value: string) => ({ kind: 'text', text: value }) as const;
  const call = { tenant: 't', deadline: undefined, signal: new AbortController().signal };

  it('come in the order of the inputs, with the tokens counted', async () => {
    await using upstream = await fakeUpstream({ dimensions: 4 });
    await using served = await serveUpstreams([upstream]);
    const inputs = [text('one two'), text('three'), { kind: 'tokens', ids: [1, 2, 3] } as const];
    const { vectors, inputTokens } = await served.backend.embed({ ...call, inputs });
    expect(inputTokens).toBe(6);
    expect(vectors.map((vector) => vector.length)).toEqual([4, 4, 4]);
    const [again] = (await served.backend.embed({ ...call, inputs: [text('three')] })).vectors;
    expect(again).toEqual(vectors[1]);
    expect(upstream.requests.map(({ body }) => body.input)).toEqual([['one two', 'three'], [[1, 2, 3]], ['three']]);
    expect(served.backend.running).toBe(0);
  });

  it('fail with the upstream’s reason, or when nobody wants them any more', async () => {
    await using upstream = await fakeUpstream({ failure: { kind: 'status', status: 404 } });
    await using served = await serveUpstreams([upstream]);
    const failed = served.backend.embed({ ...call, inputs: [text('a')] });
    await expect(failed).rejects.toMatchObject({ code: 'model_not_found' });
    const left = served.backend.embed({ ...call, inputs: [text('a')], signal: AbortSignal.abort() });
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect(served.backend.running).toBe(0);
  });
});

describe('the tokenizer of an upstream', () => {
  it('is used where the server shows it', async () => {
    await using upstream = await fakeUpstream({ metrics: true });
    await using served = await serveUpstreams([upstream]);
    const { backend } = served;
    await eventually(() => backend.countTokens({ kind: 'text', text: 'abc' }).catch(() => undefined));
    expect(await backend.tokenize({ kind: 'text', text: 'ab' }, false)).toEqual([97, 98]);
    expect(await backend.countTokens(chatOf('abcd'))).toBe(4);
    expect(await backend.countTokens({ kind: 'tokens', ids: [1, 2] })).toBe(2);
    expect(await backend.detokenize([97, 98])).toBe('ab');
    expect(() => backend.tokenizer()).toThrow(expect.objectContaining({ code: 'unimplemented' }));
  });

  it('is not there otherwise', async () => {
    await using upstream = await fakeUpstream();
    await using served = await serveUpstreams([upstream]);
    const { backend } = served;
    await expect(backend.countTokens({ kind: 'text', text: 'a' })).rejects.toMatchObject({ code: 'unimplemented' });
    await expect(backend.detokenize([1])).rejects.toMatchObject({ code: 'unimplemented' });
  });
});
