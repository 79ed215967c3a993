import { eventually } from '@weir/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RouterWorld, type Binding } from './router-world.js';

describe.each<Binding>(['local', 'wire'])('with %s neighbours', (binding) => {
  let world: RouterWorld;
  beforeAll(async () => (world = await RouterWorld.start({ binding })));
  afterAll(() => world?.[Symbol.asyncDispose]());
  beforeEach(() => {
    world.engine.scripts.clear();
    world.engine.requests.length = 0;
  });

  /** Leaves when the engine has the request, and gives the milliseconds until the engine saw it. */
  async function leaveWhenRunning(extra: object): Promise<number> {
    const client = new AbortController();
    const answered = world
      .chat(extra, { signal: client.signal })
      .then((response) => response.text())
      .catch(() => undefined);
    const id = (await eventually(() => world.engine.requests[0]))?.requestId ?? '';
    const leftAt = performance.now();
    client.abort();
    await eventually(() => world.engine.cancelled.includes(id));
    await answered;
    return performance.now() - leftAt;
  }

  describe('a client that leaves', () => {
    it.each([
      ['before the first token of a stream', { stream: true }, []],
      ['before the first token of a plain answer', { stream: false }, []],
      ['in a stream', { stream: true }, ['one ', 'two ', 'three ']],
      ['in a plain answer', { stream: false }, ['one ', 'two ', 'three ']],
    ])('frees the engine at once: %s', async (_, extra, texts) => {
      world.engine.scripts.set('d1', { texts, hang: true });
      // On an idle machine this takes some milliseconds; the bench has the exact bound.
      expect(await leaveWhenRunning(extra)).toBeLessThan(1_000);
      expect(world.engine.running).toBe(0);
    });

    it.each([true, false])('frees every answer that it asked for (stream: %s)', async (stream) => {
      world.engine.scripts.set('d1', { texts: ['one '], hang: true });
      await leaveWhenRunning({ n: 3, stream });
      await eventually(() => world.engine.running === 0);
      const ids = world.engine.requests.map(({ requestId }) => requestId);
      expect(ids).toHaveLength(3);
      expect(ids.every((id) => world.engine.cancelled.includes(id))).toBe(true);
    });

    it('is billed exactly for what was generated, once', async () => {
      world.engine.scripts.set('d1', { texts: ['one ', 'two ', 'three '], hang: true });
      const client = new AbortController();
      const response = await world.chat({ stream: true }, { signal: client.signal });
      const reader = response.body?.getReader();
      let text = '';
      while (!text.includes('three')) text += new TextDecoder().decode((await reader?.read())?.value);
      client.abort();
      expect(await world.eventOf(response.headers.get('x-weir-request-id'))).toMatchObject({
        outcome: 'cancelled',
        error_code: 'cancelled',
        finish_reasons: [],
        // The engine was asked for the input, since it had no chance to tell.
        input_tokens: 7,
        output_tokens: 3,
        cost_usd: '0.000013',
      });
      expect(await world.metric('weir_router_usage_estimated_total{source="tokenizer"}')).toHaveLength(1);
    });

    it('costs nothing before the first token', async () => {
      world.engine.scripts.set('d1', { texts: [], hang: true });
      await leaveWhenRunning({ stream: true });
      expect(await world.eventOf(world.engine.requests[0]?.requestId ?? '')).toMatchObject({
        outcome: 'cancelled',
        input_tokens: 0,
        output_tokens: 0,
        cost_usd: '0',
      });
    });
  });

  describe('a slow reader', () => {
    it('pauses its own engine stream, bounded, and nobody else', async () => {
      const piece = `${'x'.repeat(32_768)} `;
      world.engine.scripts.set('d1', { texts: Array.from({ length: 1_000 }, () => piece) });
      const before = world.engine.produced;
      const slow = await world.chat({ stream: true });
      const reader = slow.body?.getReader();
      await reader?.read();
      await eventually(async () => {
        const seen = world.engine.produced;
        world.engine.scripts.set('d2', { texts: ['ok'] });
        await world.route({ alias: 'other', targets: [{ deployment_id: 'd2', weight: 1 }] });
        await (await world.chat({ model: 'other' })).text();
        return world.engine.produced - seen === 2;
      });
      // Of 32 MB only what sockets and the bounded buffers of the hops hold has been generated.
      expect(world.engine.produced - before).toBeLessThan(16_000_000);
      let received = 0;
      for (;;) {
        const next = await reader?.read();
        if (!next || next.done) break;
        received += next.value.length;
      }
      expect(received).toBeGreaterThan(31_000_000);
    });
  });
});
