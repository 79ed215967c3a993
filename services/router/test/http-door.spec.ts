import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataOf, RouterWorld, user } from './router-world.js';

interface Chunk {
  choices: { delta: { content?: string; role?: string }; finish_reason: string | null; text?: string }[];
  usage?: unknown;
  weir?: { cost_usd: string; event: { topic: string; partition: number; offset: string }; verdicts: unknown[] };
}

let world: RouterWorld;
beforeAll(async () => (world = await RouterWorld.start()));
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => {
  world.engine.scripts.clear();
  world.engine.requests.length = 0;
});

const chunksOf = (body: string) => dataOf(body).filter((data): data is Chunk => data !== '[DONE]');
const textOf = (chunks: Chunk[]) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

describe('POST /v1/chat/completions', () => {
  it('answers as OpenAI does, with an event, a price and every header', async () => {
    const response = await world.chat({ max_tokens: 500, temperature: 0, stop: 'END' });
    expect(response.status).toBe(200);
    const id = response.headers.get('x-weir-request-id');
    expect(await response.json()).toEqual({
      id: `chatcmpl-${id}`,
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'tiny',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'one two three', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 7,
        completion_tokens: 3,
        total_tokens: 10,
        prompt_tokens_details: { cached_tokens: 2 },
      },
    });
    // 5 tokens at 1, 2 cached at 0.5 and 3 at 2 USD per million.
    expect(response.headers.get('x-weir-cost-usd')).toBe('0.000012');
    expect(response.headers.get('x-request-id')).toBe(id);
    expect(response.headers.get('x-ratelimit-limit-tokens')).toBe('1000000');
    expect(Number(response.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(1_000_000);
    expect(response.headers.get('x-ratelimit-reset-tokens')).toMatch(/^[\d.]+m?s$/);
    expect(response.headers.get('server-timing')).toMatch(
      /^auth;dur=[\d.]+, resolve;dur=.*admit;dur=.*guard_in;dur=.*pick;dur=.*ttft;dur=.*engine;dur=.*guard_out;dur=.*settle;dur=.*record;dur=/,
    );
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(world.engine.requests[0]).toMatchObject({
      deploymentId: 'd1',
      requestId: id,
      tenant: world.tenant.projectId,
      // The deployment's own cap is lower than what the client asked for.
      options: { maxTokens: 64, temperature: 0, stop: ['END'] },
    });
    expect(await world.eventOf(id)).toMatchObject({
      outcome: 'ok',
      door: 'http',
      stream: false,
      operation_name: 'chat',
      request_model: 'tiny',
      response_model: 'tiny',
      model_version: 3,
      deployment_id: 'd1',
      finish_reasons: ['stop'],
      input_tokens: 7,
      cached_input_tokens: 2,
      output_tokens: 3,
      cost_usd: '0.000012',
      price_id: 'price-1',
      lease_id: expect.stringMatching(/^lease-/),
      policy: 'default',
      input_verdict_id: expect.stringMatching(/^verdict-/),
      output_verdict_id: expect.stringMatching(/^verdict-/),
      trace_id: response.headers.get('x-trace-id'),
    });
  });

  it('streams the same text, with one usage at the end and its event before the last byte', async () => {
    const init = { headers: { 'x-weir-details': '1' } };
    const response = await world.chat({ stream: true, stream_options: { include_usage: true } }, init);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-ratelimit-limit-tokens')).toBe('1000000');
    const body = await response.text();
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
    const chunks = chunksOf(body);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(textOf(chunks)).toBe('one two three');
    const last = chunks.pop();
    expect(chunks.every((chunk) => chunk.usage === null)).toBe(true);
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(last).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
    expect(last?.weir).toMatchObject({
      cost_usd: '0.000012',
      event: {
        stored: 'kafka',
        topic: expect.stringContaining('weir.inference.completed.v1'),
        partition: expect.any(Number),
      },
      verdicts: [
        { stage: 'input', action: 'allow' },
        { stage: 'output', action: 'allow' },
      ],
    });
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ outcome: 'ok', stream: true, output_tokens: 3, cost_usd: '0.000012' });
    expect(event.time_to_first_token_ms).toBeGreaterThan(0);
  });

  it('streams without usage and without details when nobody asked', async () => {
    const chunks = chunksOf(await (await world.chat({ stream: true })).text());
    expect(chunks.every((chunk) => !('usage' in chunk) && !('weir' in chunk))).toBe(true);
  });

  it('masks values that are split over chunks, in both directions', async () => {
    world.engine.scripts.set('d1', { texts: ['a sec', 'ret ', 'tail'] });
    const response = await world.chat({ stream: true, messages: [user('my secret word')] });
    expect(textOf(chunksOf(await response.text()))).toBe('a ****** tail');
    expect(world.engine.requests[0]?.prompt).toMatchObject({ value: { turns: [{ content: 'my ****** word' }] } });
    expect((await (await world.chat()).json()) as object).toMatchObject({
      choices: [{ message: { content: 'a ****** tail' } }],
    });
  });

  it('refuses a blocked prompt before any model saw it', async () => {
    const response = await world.chat({ messages: [user('forbidden')] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'content_filter', type: 'invalid_request_error', param: 'prompt' },
    });
    expect(world.engine.requests).toHaveLength(0);
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ outcome: 'blocked', error_code: 'content_filter', output_tokens: 0, cost_usd: '0' });
    expect(event).not.toHaveProperty('price_id');
  });

  it.each([false, true])('ends a blocked answer as content_filter (stream: %s)', async (stream) => {
    world.engine.scripts.set('d1', { texts: ['fine ', 'forbidden ', 'more'], hang: stream });
    const response = await world.chat({ stream });
    const text = await response.text();
    if (stream) {
      expect(chunksOf(text).at(-1)?.choices[0]?.finish_reason).toBe('content_filter');
      expect(text).toContain('[DONE]');
    } else {
      expect(JSON.parse(text)).toMatchObject({
        choices: [{ message: { content: '' }, finish_reason: 'content_filter' }],
      });
    }
    expect(text).not.toContain('forbidden');
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ outcome: 'ok', finish_reasons: ['content_filter'], cut_reason: 'guardrail' });
    expect(event.output_tokens).toBeGreaterThan(0);
  });

  it('names an unknown model, a body that is no JSON and a field that is not supported', async () => {
    const unknown = await world.chat({ model: 'nope' });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { code: 'model_not_found' } }]);
    const broken = await world.post('/v1/chat/completions', '{"model":');
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { code: 'invalid_json' } }]);
    const tools = await world.chat({ tools: [{ type: 'web_search' }] });
    expect([tools.status, await tools.json()]).toMatchObject([
      400,
      { error: { code: 'unsupported_parameter', param: 'tools[0].type' } },
    ]);
    const anonymous = await world.chat({}, { headers: { authorization: '' } });
    expect(anonymous.status).toBe(401);
  });

  it('gives a request that chose its own x-request-id another identity for its bill', async () => {
    const ids = new Set<string | null>();
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await world.chat({}, { headers: { 'x-request-id': 'mine' } });
      expect(response.headers.get('x-request-id')).toBe('mine');
      ids.add(response.headers.get('x-weir-request-id'));
      await response.text();
    }
    for (const id of ids) expect(await world.eventOf(id)).toMatchObject({ outcome: 'ok' });
    expect(ids.size).toBe(2);
  });
});

describe('POST /v1/completions', () => {
  it('answers and streams plain text', async () => {
    const plain = await world.post('/v1/completions', { model: 'tiny', prompt: 'say' });
    expect(await plain.json()).toMatchObject({
      object: 'text_completion',
      id: expect.stringMatching(/^cmpl-/),
      choices: [{ index: 0, text: 'one two three', logprobs: null, finish_reason: 'stop' }],
    });
    const stream = await world.post('/v1/completions', { model: 'tiny', prompt: ['say'], stream: true });
    const chunks = chunksOf(await stream.text());
    expect(chunks.map((chunk) => chunk.choices[0]?.text).join('')).toBe('one two three');
    expect(world.engine.requests.map((request) => request.prompt)).toEqual([
      { $case: 'text', value: 'say' },
      { $case: 'text', value: 'say' },
    ]);
    const event = await world.eventOf(stream.headers.get('x-weir-request-id'));
    expect(event.operation_name).toBe('text_completion');
  });
});

describe('GET /v1/models', () => {
  it("lists the caller's routes and hides those of others", async () => {
    await world.route({ alias: 'foreign', organization_id: 'another' });
    await world.route({ alias: 'other-project', project_ids: ['another'] });
    await world.route({ alias: 'everybody', organization_id: '' });
    const list = (await (await world.get('/v1/models')).json()) as { object: string; data: { id: string }[] };
    expect(list.object).toBe('list');
    expect(list.data.map((model) => model.id)).toEqual(['everybody', 'tiny']);
    expect(await (await world.get('/v1/models/tiny')).json()).toEqual({
      id: 'tiny',
      object: 'model',
      created: 1_700_000_000,
      owned_by: world.tenant.organizationId,
    });
    for (const alias of ['foreign', 'other-project', 'nope']) {
      expect((await world.get(`/v1/models/${alias}`)).status).toBe(404);
      expect((await world.chat({ model: alias })).status).toBe(404);
    }
  });
});
