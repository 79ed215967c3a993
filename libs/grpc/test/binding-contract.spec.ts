import { setTimeout as wait } from 'node:timers/promises';
import { WeirError } from '@weir/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionsFrom } from '../src/index.js';
import { EchoHandlers } from './echo-handlers.js';
import type { Echo } from './echo-service.js';
import { BINDINGS, drainAll, failureOf, from, latch, principal, Rig, until } from './rig.js';

describe.each(BINDINGS)('a call over %s', (binding) => {
  let handlers: EchoHandlers;
  let rig: Rig;

  beforeAll(async () => {
    handlers = new EchoHandlers();
    rig = await Rig.start(handlers);
  });
  afterAll(async () => rig[Symbol.asyncDispose]());

  const lastCall = () => handlers.calls.at(-1);

  describe('values', () => {
    it('fills defaults in both directions', async () => {
      const answer = await rig.echo(binding).say({ text: 'hello' });
      expect(handlers.requests.at(-1)).toEqual({ text: 'hello', count: 0, data: Buffer.alloc(0), tags: [] });
      expect(answer).toEqual({ text: 'you said hello', count: 1, data: Buffer.alloc(0), tags: [] });
    });

    it('does not share lists between caller and handler', async () => {
      const tags = ['a', 'b'];
      const answer = await rig.echo(binding).say({ tags });
      handlers.requests.at(-1)?.tags.push('handler');
      answer.tags.push('caller');
      expect(tags).toEqual(['a', 'b']);
      expect(handlers.requests.at(-1)?.tags).toEqual(['a', 'b', 'handler']);
    });

    it('keeps the order of a streamed answer', async () => {
      const answers = await drainAll(rig.echo(binding).list({ count: 500 }));
      expect(answers.map((answer) => answer.count)).toEqual(Array.from({ length: 500 }, (_, index) => index));
    });

    it('takes a stream of requests', async () => {
      const answer = await rig.echo(binding).collect(from({ text: 'a', count: 1 }, { text: 'b', count: 2 }));
      expect(answer).toMatchObject({ count: 3, tags: ['a', 'b'] });
    });

    it('answers each request of a conversation before the next one is made', async () => {
      const seen: number[] = [];
      let release = latch();
      async function* requests() {
        for (const count of [1, 2, 3]) {
          release = latch();
          yield { count };
          await release.promise;
        }
      }
      for await (const answer of rig.echo(binding).chat(requests())) {
        seen.push(answer.count);
        release.resolve();
      }
      expect(seen).toEqual([2, 4, 6]);
    });

    it('carries empty streams', async () => {
      expect(await drainAll(rig.echo(binding).list({ count: 0 }))).toEqual([]);
      expect(await drainAll(rig.echo(binding).chat(from<Partial<Echo>>()))).toEqual([]);
      expect(await rig.echo(binding).collect(from<Partial<Echo>>())).toMatchObject({ count: 0 });
    });

    it('carries many calls at once without mixing them up', async () => {
      const echo = rig.echo(binding);
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, count) => echo.say({ count, text: String(count) })),
      );
      expect(answers.map((answer) => answer.count)).toEqual(answers.map((_, index) => index + 1));
    });
  });

  describe('errors', () => {
    it('carries code, message, parameter, retry time and details, but not the cause', async () => {
      const call = rig.echo(binding).say({ text: 'throw typed' });
      expect(await failureOf(call)).toEqual({
        code: 'rate_limit_exceeded',
        message: 'Zu viele Anfragen – später ✓ 100 %',
        param: 'messages[0].naïve',
        retryAfterMs: 1235,
        details: { limit: 3, unit: 'µs', hard: true },
      });
      await expect(call).rejects.toSatisfy((error: WeirError) => error.cause === undefined);
    });

    it('turns what is not typed into internal, without its text', async () => {
      const failure = await failureOf(rig.echo(binding).say({ text: 'throw untyped' }));
      expect(failure.code).toBe('internal');
      expect(failure.message).not.toContain('secret');
    });

    it('clips a long message and mends broken text', async () => {
      const failure = await failureOf(rig.echo(binding).say({ text: 'throw weird' }));
      expect(failure.message).toHaveLength(1024);
      expect(failure.message).toMatch(/^broken \ufffd x+$/);
    });

    it('delivers what was streamed before the failure', async () => {
      const seen: number[] = [];
      const read = async () => {
        for await (const answer of rig.echo(binding).list({ text: 'then throw', count: 3 })) seen.push(answer.count);
      };
      expect(await failureOf(read())).toMatchObject({ code: 'engine_failed', details: { sent: 3 } });
      expect(seen).toEqual([0, 1, 2]);
    });

    it('gives the failure of a request source to its caller and cancels the handler', async () => {
      const echo = rig.echo(binding);
      for (let round = 0; round < 20; round += 1) {
        const { consumed, aborts } = handlers;
        const before = aborts.length;
        async function* requests() {
          yield { text: 'a' };
          await until(() => handlers.consumed > consumed);
          throw new WeirError('context_length_exceeded', 'Too long.');
        }
        expect(await failureOf(echo.collect(requests()))).toMatchObject({ code: 'context_length_exceeded' });
        await until(() => aborts.length >= before + 2);
        expect(aborts.at(-1)).toMatchObject({ code: 'cancelled' });
      }
    });
  });

  describe('access', () => {
    it('is denied where no rule allows it', async () => {
      expect(await failureOf(rig.echo(binding).closed({}))).toMatchObject({ code: 'permission_denied' });
      expect(await failureOf(rig.echo(binding).forClients({}))).toMatchObject({ code: 'permission_denied' });
    });

    it('is denied to services that are not named', async () => {
      const echo = rig.echo(binding, { self: 'monitor' });
      expect(await failureOf(echo.say({}))).toMatchObject({ code: 'permission_denied' });
      expect(await failureOf(drainAll(echo.list({})))).toMatchObject({ code: 'permission_denied' });
    });

    it('lets a process of several services act as the one that may', async () => {
      await rig.echo(binding, { self: ['monitor', 'operator', 'router'] }).say({});
      expect(lastCall()?.peer).toEqual({ kind: 'service', name: 'operator' });
    });
  });

  describe('context', () => {
    it('carries deadline, request id, trace, principal and metadata', async () => {
      const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };
      const deadline = Date.now() + 5_000;
      const metadata = { 'x-one': '1', 'x-two': 'zwei' };
      await rig.echo(binding).say({}, { deadline, requestId: 'request-1', trace, principal, metadata });
      const call = lastCall();
      expect(call?.deadline).toBeGreaterThan(deadline - 100);
      expect(call?.deadline).toBeLessThan(deadline + 100);
      expect(call).toMatchObject({ requestId: 'request-1', principal, peer: { kind: 'service', name: 'router' } });
      expect(call?.trace).toMatchObject({ traceId: trace.traceId, sampled: true });
      expect(call?.trace?.spanId).not.toBe(trace.spanId);
      expect(Object.fromEntries(call?.metadata ?? [])).toEqual(metadata);
      expect(rig.spans.getFinishedSpans().at(-1)).toMatchObject({ name: 'weir.test.v1.EchoService/Say' });
    });

    it('has its own id, a deadline of 30 s and no trace when the caller gives none', async () => {
      await rig.echo(binding).say({}, { requestId: 'not a valid id' });
      const call = lastCall();
      expect(call?.requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect((call?.deadline ?? 0) - Date.now()).toBeGreaterThan(29_000);
      await drainAll(rig.echo(binding).list({}));
      expect(lastCall()?.deadline).toBeUndefined();
    });

    it('carries headers and trailers of the answer, also of a failed one', async () => {
      for (const text of ['headers', 'headers then throw', 'nothing']) {
        const seen: unknown[] = [];
        const onHeaders = (headers: ReadonlyMap<string, string>) => seen.push(Object.fromEntries(headers));
        await rig
          .echo(binding)
          .say({ text }, { onHeaders, onTrailers: onHeaders })
          .catch(() => seen.push('failed'));
        const metadata = text === 'nothing' ? [{}, {}] : [{ 'x-head': 'first' }, { 'x-tail': 'last' }];
        expect(seen).toEqual(text === 'headers then throw' ? [...metadata, 'failed'] : metadata);
      }
    });

    it('delivers headers before the first streamed message', async () => {
      const seen: unknown[] = [];
      const onHeaders = () => void seen.push('headers');
      for await (const { count } of rig.echo(binding).list({ text: 'headers', count: 1 }, { onHeaders }))
        seen.push(count);
      expect(seen).toEqual(['headers', 0]);
    });

    it('refuses metadata that a wire would change', async () => {
      const echo = rig.echo(binding);
      expect(await failureOf(echo.say({}, { metadata: { 'x-a': 'line\nbreak' } }))).toMatchObject({
        code: 'invalid_request',
      });
      expect(await failureOf(echo.say({}, { metadata: { authorization: 'x' } }))).toMatchObject({
        code: 'invalid_request',
      });
      expect(await failureOf(echo.say({ text: 'bad header' }))).toMatchObject({ code: 'internal' });
    });
  });

  describe('deadline and cancellation', () => {
    it('ends both sides at the deadline, even when the handler does not listen', async () => {
      for (const text of ['wait', 'ignore abort']) {
        const before = handlers.aborts.length;
        const begun = performance.now();
        const failure = await failureOf(rig.echo(binding).say({ text }, { timeoutMs: 60 }));
        expect(failure.code).toBe('deadline_exceeded');
        expect(performance.now() - begun).toBeLessThan(160);
        await until(() => handlers.aborts.length > before);
      }
    });

    it('does not begin when there is no time or no caller left', async () => {
      const before = handlers.calls.length;
      const echo = rig.echo(binding);
      expect(await failureOf(echo.say({}, { timeoutMs: 0 }))).toMatchObject({ code: 'deadline_exceeded' });
      expect(await failureOf(echo.say({}, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'cancelled' });
      expect(handlers.calls).toHaveLength(before);
    });

    it('reaches the handler within 100 ms when the caller aborts', async () => {
      const controller = new AbortController();
      const before = handlers.calls.length;
      const call = failureOf(rig.echo(binding).say({ text: 'wait' }, { signal: controller.signal }));
      await until(() => handlers.calls.length > before);
      const aborted = latch();
      lastCall()?.signal.addEventListener('abort', () => aborted.resolve());
      const begun = performance.now();
      controller.abort();
      expect(await call).toMatchObject({ code: 'cancelled' });
      await aborted.promise;
      expect(performance.now() - begun).toBeLessThan(100);
      expect(lastCall()?.signal.reason).toMatchObject({ code: 'cancelled' });
    });

    it('tells the caller the reason of its own signal', async () => {
      const reason = new WeirError('shutting_down', 'Going.');
      const controller = new AbortController();
      const call = failureOf(rig.echo(binding).say({ text: 'wait' }, { signal: controller.signal }));
      await wait(5);
      controller.abort(reason);
      expect(await call).toMatchObject({ code: 'shutting_down' });
      const timeout = failureOf(rig.echo(binding).say({ text: 'wait' }, { signal: AbortSignal.timeout(20) }));
      expect(await timeout).toMatchObject({ code: 'deadline_exceeded' });
    });

    it('reaches the handler when the reader leaves its stream', async () => {
      const aborted = latch<unknown>();
      const before = handlers.calls.length;
      for await (const answer of rig.echo(binding).list({ text: 'then wait', count: 1 })) {
        expect(answer.count).toBe(0);
        expect(handlers.calls.length).toBe(before + 1);
        lastCall()?.signal.addEventListener('abort', () => aborted.resolve(lastCall()?.signal.reason));
        break;
      }
      expect(await Promise.race([aborted.promise, wait(100)])).toMatchObject({ code: 'cancelled' });
    });

    it('reaches the handler when the reader leaves while it waits for the next message', async () => {
      const answers = rig.echo(binding).list({ text: 'then wait', count: 1 })[Symbol.asyncIterator]();
      await answers.next();
      const waiting = answers.next();
      waiting.catch(() => undefined);
      const aborted = latch<unknown>();
      lastCall()?.signal.addEventListener('abort', () => aborted.resolve(lastCall()?.signal.reason));
      await answers.return?.();
      expect(await Promise.race([aborted.promise, wait(100)])).toMatchObject({ code: 'cancelled' });
    });

    it('closes the request source when the call ends before it', async () => {
      const closed = latch();
      async function* requests() {
        try {
          for (;;) {
            yield { text: 'enough' };
            await wait(1);
          }
        } finally {
          closed.resolve();
        }
      }
      expect(await rig.echo(binding).collect(requests())).toMatchObject({ count: 0 });
      await closed.promise;
    });

    it('flows on to the calls that a handler makes', async () => {
      const echo = rig.echo(binding);
      await echo.say({}, { timeoutMs: 5_000, requestId: 'outer', principal });
      const outer = lastCall();
      if (!outer) throw new RangeError('no call');
      await echo.say({}, optionsFrom(outer, { timeoutMs: 60_000 }));
      const inner = lastCall();
      expect(inner).toMatchObject({ requestId: 'outer', principal });
      expect(Math.abs((inner?.deadline ?? 0) - (outer.deadline ?? 0))).toBeLessThan(50);
    });
  });

  describe('slow readers', () => {
    it('have at most 1 MiB made ahead of them', async () => {
      const before = handlers.produced;
      const size = 8192;
      const answers = rig
        .echo(binding)
        .list({ count: 2000, tags: [String(size)] })
        [Symbol.asyncIterator]();
      await answers.next();
      await wait(150);
      const ahead = (handlers.produced - before) * size;
      expect(ahead).toBeLessThanOrEqual(1_048_576);
      let seen = 1;
      while (!(await answers.next()).done) seen += 1;
      expect(seen).toBe(2000);
    });

    it('do not hold up other calls', async () => {
      const echo = rig.echo(binding);
      const slow = echo.list({ count: 4000, tags: ['4096'] })[Symbol.asyncIterator]();
      await slow.next();
      const answers = await drainAll(echo.list({ count: 300, tags: ['4096'] }));
      expect(answers).toHaveLength(300);
      await slow.return?.();
    });

    it('slow down a request source', async () => {
      let made = 0;
      async function* requests() {
        for (; made < 2000; made += 1) yield { text: made === 0 ? 'pause' : 'more', data: Buffer.alloc(8192) };
      }
      const answers = rig.echo(binding).chat(requests())[Symbol.asyncIterator]();
      const first = answers.next();
      first.catch(() => undefined);
      await wait(150);
      // A native caller has the HTTP/2 buffers of both sides between itself and the handler.
      expect(made * 8192).toBeLessThan(binding === 'native' ? 1_500_000 : 300_000);
      await answers.return?.();
    });
  });
});
