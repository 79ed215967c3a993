import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inferenceV1 } from '@weir/contracts';
import { RouterWorld } from './router-world.js';

let world: RouterWorld;
beforeAll(async () => (world = await RouterWorld.start({ env: { WEIR_ROUTER_MAX_TOKENIZER_CALLS: '4' } })));
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => {
  world.engine.embedded.length = 0;
  world.engine.tokenless = false;
  world.billing.down = false;
});

const embed = (body: object) => world.post('/v1/embeddings', { model: 'tiny', ...body });
const seen = async (response: Promise<Response>) => {
  const answer = await response;
  return [answer.status, await answer.json()];
};

describe('POST /v1/embeddings', () => {
  it('answers as OpenAI does, with an event and a price for its input', async () => {
    const response = await embed({ input: ['ab', 'abc'] });
    expect(await response.json()).toEqual({
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [2, 0.5, -1] },
        { object: 'embedding', index: 1, embedding: [3, 0.5, -1] },
      ],
      model: 'tiny',
      usage: { prompt_tokens: 5, total_tokens: 5 },
    });
    expect(response.headers.get('x-weir-cost-usd')).toBe('0.000005');
    expect(response.headers.get('server-timing')).toMatch(/guard_in;dur=.*engine;dur=.*record;dur=/);
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({
      operation_name: 'embeddings',
      outcome: 'ok',
      finish_reasons: [],
      input_tokens: 5,
      output_tokens: 0,
      cost_usd: '0.000005',
      input_verdict_id: expect.stringMatching(/^verdict-/),
    });
    expect(event).not.toHaveProperty('output_verdict_id');
  });

  it('takes tokens, gives 32-bit floats, and many inputs in their order', async () => {
    const one = (await (await embed({ input: [97, 98], encoding_format: 'base64' })).json()) as {
      data: { embedding: string }[];
    };
    expect(Buffer.from(one.data[0]?.embedding ?? '', 'base64').readFloatLE(0)).toBe(2);
    expect(world.engine.embedded[0]?.inputs[0]?.input).toEqual({ $case: 'tokens', value: { ids: [97, 98] } });
    const input = Array.from({ length: 150 }, (_, index) => 'x'.repeat((index % 7) + 1));
    const many = (await (await embed({ input })).json()) as { data: { index: number; embedding: number[] }[] };
    expect(many.data.map(({ embedding }) => embedding[0])).toEqual(input.map((text) => text.length));
    expect(many.data.at(-1)?.index).toBe(149);
  });

  it('masks and blocks what goes in', async () => {
    expect(await seen(embed({ input: ['fine', 'forbidden'] }))).toMatchObject([
      400,
      { error: { code: 'content_filter', param: 'input' } },
    ]);
    await embed({ input: 'my secret' });
    expect(world.engine.embedded.map(({ inputs }) => inputs[0]?.input?.value)).toEqual(['my ******']);
  });

  it('refuses another length of the vectors than the model has, unbilled', async () => {
    expect((await embed({ input: 'a', dimensions: 3 })).status).toBe(200);
    const refused = await embed({ input: 'a', dimensions: 4 });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { code: 'unsupported_parameter', param: 'dimensions' } },
    ]);
    const event = await world.eventOf(refused.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ outcome: 'error', cost_usd: '0', input_tokens: 0 });
  });

  it('answers over gRPC, too', async () => {
    const client = world.running.clients(world.tenant.apiKey).client('router', inferenceV1.InferenceServiceDefinition);
    expect(await client.embed({ model: 'tiny', inputs: ['ab', 'a'] })).toMatchObject({
      model: 'tiny',
      embeddings: [{ values: [2, 0.5, -1] }, { values: [1, 0.5, -1] }],
      usage: { inputTokens: 3, outputTokens: 0 },
      costUsd: '0.000003',
    });
    await expect(client.embed({ model: 'tiny', inputs: [] })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe.each(['', '/v1'])('the tokenizer at %s/…', (root) => {
  it('makes tokens of a prompt and text of tokens', async () => {
    expect(await seen(world.post(`${root}/tokenize`, { prompt: 'ab', add_special_tokens: false }))).toEqual([
      200,
      { count: 2, max_model_len: 2048, tokens: [97, 98], token_strs: null },
    ]);
    expect(await seen(world.post(`${root}/tokenize`, { model: 'tiny', prompt: 'ab' }))).toMatchObject([
      200,
      { tokens: [1, 97, 98] },
    ]);
    expect(await seen(world.post(`${root}/detokenize`, { tokens: [97, 98] }))).toEqual([200, { prompt: 'ab' }]);
    expect(await seen(world.post(`${root}/detokenize`, { tokens: [] }))).toEqual([200, { prompt: '' }]);
  });

  it('renders a chat by its template', async () => {
    const messages = [{ role: 'user', content: 'x' }];
    expect(await seen(world.post(`${root}/tokenize`, { messages }))).toMatchObject([200, { count: 'user:x;'.length }]);
  });

  it('tells what it is', async () => {
    expect(await seen(world.get(`${root}/tokenizer_info`))).toEqual([
      200,
      {
        bos_token: '<s>',
        eos_token: '</s>',
        pad_token: null,
        unk_token: null,
        chat_template: '{{ messages }}',
        vocab_size: 256,
      },
    ]);
    expect(await seen(world.get(`${root}/tokenizer_info?model=nope`))).toMatchObject([
      404,
      { error: { code: 'model_not_found' } },
    ]);
  });

  it.each([
    ['/tokenize', {}, 'prompt'],
    ['/tokenize', { prompt: 'a', messages: [{ role: 'user', content: 'a' }] }, 'prompt'],
    ['/tokenize', { prompt: 'a', return_token_strs: true }, 'return_token_strs'],
    ['/tokenize', { prompt: 'x'.repeat(1_048_577) }, 'prompt'],
    ['/detokenize', {}, 'tokens'],
    ['/detokenize', { tokens: ['a'] }, 'tokens'],
  ])('refuses at %s a bad body and names %3$s', async (path, body, param) => {
    expect(await seen(world.post(`${root}${path}`, body))).toMatchObject([400, { error: { param } }]);
  });

  it('needs a key, costs nothing and leaves no event', async () => {
    expect((await world.post(`${root}/tokenize`, { prompt: 'a' }, { headers: { authorization: '' } })).status).toBe(
      401,
    );
    const before = world.billing.of(world.tenant.projectId).tokensTaken;
    await world.post(`${root}/tokenize`, { prompt: 'a' });
    expect(world.billing.of(world.tenant.projectId).tokensTaken).toBe(before);
  });

  it('says so where the model has none', async () => {
    world.engine.tokenless = true;
    expect(await seen(world.get(`${root}/tokenizer_info`))).toMatchObject([501, { error: { code: 'unimplemented' } }]);
  });
});

describe('a caller with several models', () => {
  it('has to name one', async () => {
    await world.route({ alias: 'second' });
    expect(await seen(world.post('/tokenize', { prompt: 'a' }))).toMatchObject([
      400,
      { error: { code: 'invalid_request', param: 'model' } },
    ]);
    expect((await world.post('/tokenize', { prompt: 'a', model: 'second' })).status).toBe(200);
  });
});
