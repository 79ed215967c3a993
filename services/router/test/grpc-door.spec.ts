import { inferenceV1 } from '@weir/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '@weir/testing';
import { RouterWorld } from './router-world.js';

let world: RouterWorld;
beforeAll(async () => (world = await RouterWorld.start()));
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => world.engine.scripts.clear());

const connect = (apiKey = world.tenant.apiKey) =>
  world.running.clients(apiKey).client('router', inferenceV1.InferenceServiceDefinition);
const input = { model: 'tiny', messages: [{ role: 'user', content: 'hello' }] };

describe('weir.inference.v1', () => {
  it('answers a chat with usage, price and the event place', async () => {
    let headers = new Map<string, string>() as ReadonlyMap<string, string>;
    let trailers = headers;
    const answer = await connect().chat(
      { input },
      {
        metadata: { 'x-weir-details': '1' },
        onHeaders: (got) => (headers = got),
        onTrailers: (got) => (trailers = got),
      },
    );
    expect(answer).toMatchObject({
      model: 'tiny',
      message: { role: 'assistant', content: 'one two three' },
      finishReason: 'stop',
      usage: { inputTokens: 7, cachedInputTokens: 2, outputTokens: 3 },
      costUsd: '0.000012',
    });
    expect(headers.get('x-ratelimit-limit-tokens')).toBe('1000000');
    expect(trailers.get('server-timing')).toContain('record;dur=');
    const place = JSON.parse(trailers.get('x-weir-event') ?? '{}');
    expect(place).toMatchObject({ stored: 'kafka', partition: expect.any(Number), offset: expect.any(String) });
    expect(answer.id).toBe(`chatcmpl-${place.id}`);
    expect(await world.eventOf(place.id)).toMatchObject({ door: 'grpc', stream: false, outcome: 'ok' });
  });

  it('streams deltas and ends with finish, usage and price', async () => {
    const messages = [];
    for await (const message of connect().chatStream({ input })) messages.push(message);
    const last = messages.pop();
    expect(messages.map((message) => message.delta).join('')).toBe('one two three');
    expect(messages.every((message) => message.finishReason === '')).toBe(true);
    expect(last).toMatchObject({ delta: '', finishReason: 'stop', usage: { outputTokens: 3 }, costUsd: '0.000012' });
  });

  it('answers several times with tools and log probabilities, whole and streamed', async () => {
    const call = { index: 0, id: 'c', name: 'add', arguments: '{"a":1}' };
    world.engine.scripts.set('d1', {
      parts: [{ toolCalls: [call] }],
      finishReason: 'tool_calls',
      choices: { '-1': { parts: [{ text: 'b', logprobs: [{ token: 'b', bytes: Buffer.from('b'), logprob: -0.5 }] }] } },
    });
    const asked = { ...input, n: 2, logprobs: true, tools: [{ name: 'add', parameters: '{}' }] };
    const whole = await connect().chat({ input: asked });
    expect(whole.message).toEqual(whole.choices[0]?.message);
    expect(whole.choices).toMatchObject([
      { message: { content: '', toolCalls: [call] }, finishReason: 'tool_calls' },
      { message: { content: 'b', toolCalls: [] }, finishReason: 'stop', logprobs: [{ token: 'b', logprob: -0.5 }] },
    ]);
    expect(whole.usage).toMatchObject({ inputTokens: 7, outputTokens: 2 });
    const messages = [];
    for await (const message of connect().chatStream({ input: asked })) messages.push(message);
    expect(messages.flatMap((message) => message.toolCalls)).toEqual([call]);
    expect(messages.flatMap((message) => message.logprobs)).toMatchObject([{ token: 'b', logprob: -0.5 }]);
    expect(messages.slice(-2)).toMatchObject([
      { index: 0, finishReason: 'tool_calls', usage: undefined, costUsd: '' },
      { index: 1, finishReason: 'stop', usage: { outputTokens: 2 }, costUsd: whole.costUsd },
    ]);
  });

  it('cancels the engine when the client leaves its stream, and bills what was generated', async () => {
    world.engine.scripts.set('d1', { texts: ['one ', 'two '], hang: true });
    let id = '';
    for await (const message of connect().chatStream({ input })) {
      id = message.id.replace('chatcmpl-', '');
      break;
    }
    await eventually(() => world.engine.cancelled.includes(id));
    const event = await world.eventOf(id);
    expect(event).toMatchObject({ outcome: 'cancelled', stream: true });
    expect(event.output_tokens).toBeGreaterThan(0);
  });

  it('ends at its deadline with a typed error and an event', async () => {
    world.engine.scripts.set('d1', { texts: ['one '], hang: true });
    await expect(connect().chat({ input }, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'deadline_exceeded' });
    // Which side notices first is open; the request ends once, with what it had used.
    const cut = await eventually(() => world.events.find((event) => !event.stream && event.outcome !== 'ok'));
    expect(['deadline_exceeded', 'cancelled']).toContain(cut?.error_code);
    expect(cut).toMatchObject({ output_tokens: 1, input_tokens: 7 });
  });

  it.each([
    ['no input', {}, 'invalid_request', 'input'],
    ['no messages', { input: { model: 'tiny' } }, 'invalid_request', 'messages'],
    [
      'an unknown role',
      { input: { model: 'tiny', messages: [{ role: 'x', content: 'y' }] } },
      'invalid_request',
      'messages[0].role',
    ],
    ['an unknown model', { input: { ...input, model: 'nope' } }, 'model_not_found', 'model'],
    ['a hot temperature', { input: { ...input, sampling: { temperature: 3 } } }, 'invalid_request', 'temperature'],
    [
      'a blocked prompt',
      { input: { ...input, messages: [{ role: 'user', content: 'forbidden' }] } },
      'content_filter',
      'prompt',
    ],
  ])('refuses %s with a stable code', async (_, request, code, param) => {
    await expect(connect().chat(request)).rejects.toMatchObject({ code, param });
    const stream = connect().chatStream(request)[Symbol.asyncIterator]();
    await expect(stream.next()).rejects.toMatchObject({ code, param });
  });

  it('tells in a trailer why an engine dropped a request', async () => {
    const failDetails = { dropped_reason: 'evicted-priority' };
    world.engine.scripts.set('d1', { texts: [], failWith: 'engine_overloaded', failDetails });
    let trailers = new Map<string, string>() as ReadonlyMap<string, string>;
    const asked = connect().chat({ input }, { onTrailers: (got) => (trailers = got) });
    await expect(asked).rejects.toMatchObject({ code: 'engine_overloaded' });
    expect(trailers.get('x-llm-d-request-dropped-reason')).toBe('evicted-priority');
  });

  it('refuses a key that is none, and lists the models of one that is', async () => {
    await expect(connect('weir_test_nonsense').chat({ input })).rejects.toMatchObject({ code: 'invalid_api_key' });
    expect(await connect().listModels({})).toEqual({
      models: [{ id: 'tiny', created: 1_700_000_000, ownedBy: world.tenant.organizationId }],
    });
  });
});
