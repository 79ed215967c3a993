import type { ErrorCode } from '@weir/errors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataOf, RouterWorld, type Binding } from './router-world.js';

const TWO_TARGETS = [
  { deployment_id: 'd1', weight: 1_000_000 },
  { deployment_id: 'd2', weight: 1 },
];

describe.each<Binding>(['local', 'wire'])('with %s neighbours', (binding) => {
  let world: RouterWorld;
  beforeAll(async () => {
    world = await RouterWorld.start({ binding });
    await world.route({ alias: 'pair', targets: TWO_TARGETS });
    await world.route({ alias: 'open', on_guardrails_error: 'open' });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  beforeEach(() => {
    world.engine.scripts.clear();
    world.engine.requests.length = 0;
    world.guardrails.down = false;
    world.guardrails.failStreamAfter = Number.POSITIVE_INFINITY;
  });

  const eventOf = (response: Response) => world.eventOf(response.headers.get('x-weir-request-id'));

  /** A stream whose engine fails once its first text has reached the client. */
  async function failAfterText(extra: object): Promise<Response> {
    const failure = Promise.withResolvers<void>();
    world.engine.scripts.set('d1', { texts: ['one ', 'two '], beforeEnd: failure.promise, failWith: 'engine_failed' });
    const response = await world.chat({ ...extra, stream: true });
    failure.resolve();
    return response;
  }

  describe('an engine that fails', () => {
    it.each<[ErrorCode, number]>([
      ['engine_overloaded', 429],
      ['engine_unavailable', 503],
      ['engine_failed', 502],
      ['upstream_error', 502],
      ['context_length_exceeded', 400],
      ['deadline_exceeded', 504],
      ['internal', 500],
    ])('before the first token with %s becomes HTTP %d, also on a stream', async (code, status) => {
      world.engine.scripts.set('d1', { texts: [], failWith: code });
      for (const stream of [false, true]) {
        const response = await world.chat({ stream });
        expect(response.status).toBe(status);
        expect(response.headers.get('content-type')).toContain('application/json');
        expect(await response.json()).toMatchObject({ error: { code } });
        if (status === 429 || status === 503) expect(response.headers.get('retry-after-ms')).toBe('1500');
        expect(await eventOf(response)).toMatchObject({ outcome: 'error', error_code: code, output_tokens: 0, stream });
      }
    });

    it.each([
      ['bad temperature', 'bad temperature'],
      ['bad 4111', 'bad ****'],
      ['a forbidden word', 'The upstream answered 400.'],
      ['a brittle word', 'The upstream answered 400.'],
    ])('shows what an upstream says as an answer would show it: %s', async (failMessage, message) => {
      const failure = { failWith: 'invalid_request', failMessage, failDetails: { upstream_status: '400' } } as const;
      world.engine.scripts.set('d1', { texts: [], ...failure });
      for (const stream of [false, true]) {
        const response = await world.chat({ stream });
        expect([response.status, await response.json()]).toMatchObject([400, { error: { message } }]);
      }
    });

    it('after the first token ends the stream with a typed error, without [DONE], with its usage', async () => {
      const response = await failAfterText({});
      const data = dataOf(await response.text());
      expect(data.at(-1)).toMatchObject({ error: { code: 'engine_failed', type: 'api_error', param: null } });
      expect(data).not.toContain('[DONE]');
      expect(await eventOf(response)).toMatchObject({
        outcome: 'error',
        error_code: 'engine_failed',
        finish_reasons: [],
        input_tokens: 7,
        output_tokens: 2,
        cost_usd: '0.000011',
      });
    });

    it.each([false, true])('is replaced by another target before the first byte (stream: %s)', async (stream) => {
      world.engine.scripts.set('d1', { texts: [], failWith: 'engine_failed' });
      world.engine.scripts.set('d2', { texts: ['substitute'] });
      const response = await world.chat({ model: 'pair', stream });
      expect(await response.text()).toContain('substitute');
      expect(world.engine.requests.map((request) => request.deploymentId)).toEqual(['d1', 'd2']);
      expect(await eventOf(response)).toMatchObject({ outcome: 'ok', deployment_id: 'd2', output_tokens: 1 });
    });

    it('is not replaced once text has left: no text comes twice', async () => {
      const response = await failAfterText({ model: 'pair' });
      expect(await response.text()).toContain('"error"');
      expect(world.engine.requests).toHaveLength(1);
    });

    it('is not replaced for what the client did wrong', async () => {
      world.engine.scripts.set('d1', { texts: [], failWith: 'context_length_exceeded' });
      expect((await world.chat({ model: 'pair' })).status).toBe(400);
      expect(world.engine.requests).toHaveLength(1);
    });

    it('everywhere gives the error of the first target', async () => {
      world.engine.scripts.set('d1', { texts: [], failWith: 'engine_overloaded' });
      world.engine.scripts.set('d2', { texts: [], failWith: 'upstream_error' });
      const response = await world.chat({ model: 'pair' });
      expect([response.status, await response.json()]).toMatchObject([429, { error: { code: 'engine_overloaded' } }]);
    });

    it('without an end is an error, not a short answer', async () => {
      world.engine.scripts.set('d1', { finishReason: '' });
      expect((await world.chat()).status).toBe(502);
    });
  });

  describe('guardrails away', () => {
    it.each([false, true])('closes the route: 503 and nothing unfiltered leaves (stream: %s)', async (stream) => {
      world.guardrails.down = true;
      const response = await world.chat({ stream });
      expect([response.status, await response.json()]).toMatchObject([
        503,
        { error: { code: 'guardrails_unavailable' } },
      ]);
      expect(world.engine.requests).toHaveLength(0);
      expect(await eventOf(response)).toMatchObject({ outcome: 'error', error_code: 'guardrails_unavailable' });
    });

    it('in the middle of a closed stream ends it with a typed error', async () => {
      world.engine.scripts.set('d1', { texts: ['one ', 'secret ', 'three ', 'four '], gapMs: 5 });
      world.guardrails.failStreamAfter = 2;
      const response = await world.chat({ stream: true });
      const body = await response.text();
      expect(dataOf(body).at(-1)).toMatchObject({ error: { code: 'guardrails_unavailable' } });
      expect(body).not.toContain('secret');
      expect(await eventOf(response)).toMatchObject({ outcome: 'error', error_code: 'guardrails_unavailable' });
    });

    it.each([false, true])('lets an open route pass, marked (stream: %s)', async (stream) => {
      world.guardrails.down = true;
      const response = await world.chat({ model: 'open', stream });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-weir-degraded')).toBe('guardrails');
      expect(await response.text()).toContain('three');
      const event = await eventOf(response);
      expect(event).toMatchObject({ outcome: 'ok', output_tokens: 3 });
      expect(event).not.toHaveProperty('output_verdict_id');
      const [passed] = await world.metric('weir_router_degraded_requests_total{control="guardrails"}');
      expect(Number(passed?.split(' ')[1])).toBeGreaterThan(0);
    });

    it('in the middle of an open stream loses and repeats nothing', async () => {
      world.engine.scripts.set('d1', { texts: ['one ', 'two ', 'three ', 'four ', 'five'], gapMs: 5 });
      world.guardrails.failStreamAfter = 2;
      const response = await world.chat({ model: 'open', stream: true });
      const data = dataOf(await response.text()) as { choices?: { delta: { content?: string } }[] }[];
      expect(data.map((chunk) => chunk.choices?.[0]?.delta.content ?? '').join('')).toBe('one two three four five');
    });
  });
});
