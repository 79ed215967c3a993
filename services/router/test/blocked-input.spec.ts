import { inferenceV1 } from '@weir/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataOf, RouterWorld, user } from './router-world.js';

let world: RouterWorld;
beforeAll(async () => {
  world = await RouterWorld.start();
  await world.route({ alias: 'kind', on_blocked_input: 'completion' });
  await world.route({ alias: 'talkative', policy: 'talkative', on_blocked_input: 'completion' });
  await world.route({ alias: 'strict', policy: 'talkative' });
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => (world.engine.requests.length = 0));

const messages = [user('forbidden')];
const SENTENCE = 'I cannot help with this request.';
const connect = () =>
  world.running.clients(world.tenant.apiKey).client('router', inferenceV1.InferenceServiceDefinition);
const eventOf = (response: Response) => world.eventOf(response.headers.get('x-weir-request-id'));

describe('blocked input as an error', () => {
  it.each([false, true])('has the shape of Azure, and what the policy wants said (stream: %s)', async (stream) => {
    const response = await world.chat({ model: 'strict', messages, stream });
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        error: {
          message: 'Please ask us by phone.',
          type: 'invalid_request_error',
          param: 'prompt',
          code: 'content_filter',
          status: 400,
          verdict_id: expect.stringMatching(/^verdict-/),
          innererror: {
            code: 'ResponsibleAIPolicyViolation',
            content_filter_result: expect.objectContaining({
              hate: { filtered: false, severity: 'safe' },
              jailbreak: { filtered: false, detected: false },
              words: { filtered: true, detected: true },
            }),
          },
        },
      },
    ]);
    expect(await eventOf(response)).toMatchObject({ outcome: 'blocked', error_code: 'content_filter' });
  });

  it('carries the verdict as details on gRPC, whole and streamed, and so does what waits for a person', async () => {
    const about = { verdict_id: expect.stringMatching(/^verdict-/), detectors: 'test.word', policy: 'talkative@1' };
    const blocked = {
      code: 'content_filter',
      param: 'prompt',
      details: { ...about, action: 'block', filters: 'words' },
    };
    const input = { model: 'strict', messages };
    await expect(connect().chat({ input })).rejects.toMatchObject(blocked);
    await expect(connect().chatStream({ input })[Symbol.asyncIterator]().next()).rejects.toMatchObject(blocked);
    const waiting = connect().chat({ input: { model: 'strict', messages: [user('payout')] } });
    await expect(waiting).rejects.toMatchObject({
      code: 'approval_required',
      details: { ...about, action: 'require_approval', approval_request: expect.stringMatching(/^ask-/) },
    });
    const approved = { metadata: { 'x-weir-approval': 'granted' } };
    const passed = await connect().chat({ input: { model: 'strict', messages: [user('payout')] } }, approved);
    expect(passed.finishReason).toBe('stop');
  });
});

describe('blocked input as an answer', () => {
  const free = { outcome: 'blocked', finish_reasons: ['content_filter'], cut_reason: 'guardrail', cost_usd: '0' };
  const nothing = { input_tokens: 0, output_tokens: 0 };

  it('is complete, ends as content_filter and costs nothing; no model is asked', async () => {
    const response = await world.chat({ model: 'kind', messages });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-weir-cost-usd')).toBe('0');
    expect(await response.json()).toMatchObject({
      choices: [{ message: { role: 'assistant', content: SENTENCE }, finish_reason: 'content_filter' }],
      usage: { prompt_tokens: 0, completion_tokens: 0 },
    });
    expect(world.engine.requests).toEqual([]);
    const event = await eventOf(response);
    expect(event).toMatchObject({ ...free, ...nothing, input_verdict_id: expect.stringMatching(/^verdict-/) });
    for (const absent of ['price_id', 'deployment_id', 'error_code']) expect(event).not.toHaveProperty(absent);
  });

  it('streams like any other answer, in as many choices as were asked for', async () => {
    const response = await world.chat({ model: 'talkative', messages, n: 2, stream: true });
    const data = dataOf(await response.text());
    expect(data.at(-1)).toBe('[DONE]');
    const choices = data.flatMap((chunk) =>
      chunk === '[DONE]'
        ? []
        : (chunk as { choices: { index: number; delta: object; finish_reason: unknown }[] }).choices,
    );
    for (const index of [0, 1]) {
      expect(
        choices.filter((choice) => choice.index === index).map(({ delta, finish_reason }) => [delta, finish_reason]),
      ).toEqual([
        [{ role: 'assistant', content: '', refusal: null }, null],
        [{ content: 'Please ask us by phone.' }, null],
        [{}, 'content_filter'],
      ]);
    }
    expect(await eventOf(response)).toMatchObject({ outcome: 'blocked', ...nothing, stream: true });
  });

  it('is an answer on gRPC, too', async () => {
    const input = { model: 'kind', messages };
    expect(await connect().chat({ input })).toMatchObject({
      message: { content: SENTENCE },
      finishReason: 'content_filter',
      usage: { inputTokens: 0, outputTokens: 0 },
      costUsd: '0',
    });
    const streamed = [];
    for await (const message of connect().chatStream({ input })) streamed.push(message);
    expect(streamed.map(({ delta }) => delta).join('')).toBe(SENTENCE);
    expect(streamed.at(-1)).toMatchObject({ finishReason: 'content_filter', costUsd: '0' });
  });

  it('answers completions without their echo, and stays an error where there is no text to answer with', async () => {
    const completion = await world.post('/v1/completions', { model: 'kind', prompt: 'forbidden', echo: true });
    expect(await completion.json()).toMatchObject({ choices: [{ text: SENTENCE, finish_reason: 'content_filter' }] });
    const vectors = await world.post('/v1/embeddings', { model: 'kind', input: 'forbidden' });
    expect([vectors.status, await vectors.json()]).toMatchObject([
      400,
      { error: { code: 'content_filter', param: 'input' } },
    ]);
  });

  it('does not answer for a person who has to approve', async () => {
    const response = await world.chat({ model: 'kind', messages: [user('payout')] });
    expect([response.status, await response.json()]).toMatchObject([403, { error: { code: 'approval_required' } }]);
  });
});
