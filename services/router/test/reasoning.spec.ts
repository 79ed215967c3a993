import { inferenceV1 } from '@weir/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataOf, RouterWorld, user } from './router-world.js';

interface Choice {
  readonly message?: { readonly content: string; readonly reasoning_content?: string };
  readonly delta?: { readonly content?: string; readonly reasoning_content?: string };
  readonly finish_reason: string | null;
}

let world: RouterWorld;
beforeAll(async () => {
  world = await RouterWorld.start();
  await world.route({ alias: 'open', on_guardrails_error: 'open' });
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => {
  world.engine.scripts.clear();
  world.guardrails.checks.length = 0;
  world.guardrails.opens.length = 0;
  world.guardrails.down = false;
});

const thinks = (...thoughts: string[]) => thoughts.map((reasoning) => ({ reasoning }));
const script = (...parts: object[]) => world.engine.scripts.set('d1', { parts });

function readOf(body: string, stream: boolean) {
  const choices = stream
    ? dataOf(body).flatMap((data) => (data === '[DONE]' ? [] : (data as { choices: Choice[] }).choices))
    : (JSON.parse(body) as { choices: Choice[] }).choices;
  const joined = (field: 'content' | 'reasoning_content') =>
    choices.map(({ delta, message }) => delta?.[field] ?? message?.[field] ?? '').join('');
  return { text: joined('content'), reasoning: joined('reasoning_content'), end: choices.at(-1)?.finish_reason };
}

describe.each([false, true])('what a model thinks (stream: %s)', (stream) => {
  const ask = async (extra: object = {}) => readOf(await (await world.chat({ stream, ...extra })).text(), stream);

  it('comes beside its answer, filtered, and counts as output', async () => {
    script(...thinks('a sec', 'ret ', 'idea'), { text: 'my ' }, ...thinks('!'), { text: 'secret answer' });
    const response = await world.chat({ stream });
    expect(readOf(await response.text(), stream)).toEqual({
      text: 'my ****** answer',
      reasoning: 'a ****** idea!',
      end: 'stop',
    });
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ output_tokens: 6, outcome: 'ok' });
  });

  it('is decided on as reasoning', async () => {
    script(...thinks('hm'), { text: 'yes' });
    await ask();
    const stages = stream
      ? world.guardrails.opens.map(({ stage }) => stage)
      : world.guardrails.checks.at(-1)?.parts.map(({ stage }) => stage);
    expect(stages?.toSorted()).toEqual(['STAGE_OUTPUT', 'STAGE_REASONING']);
  });

  it('ends the answer when it is blocked', async () => {
    script(...thinks('fine ', 'forbidden '), { text: 'yes' });
    const { reasoning, end } = await ask();
    expect([end, reasoning.includes('forbidden')]).toEqual(['content_filter', false]);
  });

  it('never leaves without a filter on a closed route, and does on an open one', async () => {
    script(...thinks('hm'), { text: 'yes' });
    expect(await ask({ model: 'open' })).toMatchObject({ text: 'yes', reasoning: 'hm' });
    world.guardrails.down = true;
    expect(await ask({ model: 'open' })).toMatchObject({ text: 'yes', reasoning: 'hm' });
    expect((await world.chat({ stream })).status).toBe(503);
  });

  it('has its pseudonyms turned back', async () => {
    script(...thinks('Zelda is ', 'asked about'), { text: 'Zelda' });
    expect(await ask({ messages: [user('Alice?')] })).toMatchObject({
      text: 'Alice',
      reasoning: 'Alice is asked about',
    });
  });

  it('has no place in completions', async () => {
    script(...thinks('hm'), { text: 'yes' });
    const response = await world.post('/v1/completions', { model: 'tiny', prompt: 'x', stream });
    const body = await response.text();
    expect(body).toContain('yes');
    expect(body).not.toContain('hm');
  });
});

it('comes over gRPC, whole and streamed', async () => {
  script(...thinks('h', 'm'), { text: 'yes' });
  const client = world.running.clients(world.tenant.apiKey).client('router', inferenceV1.InferenceServiceDefinition);
  const input = { model: 'tiny', messages: [user('x')] };
  expect((await client.chat({ input })).message).toMatchObject({ content: 'yes', reasoningContent: 'hm' });
  const messages = [];
  for await (const message of client.chatStream({ input })) messages.push(message);
  expect(messages.map(({ reasoningDelta }) => reasoningDelta).join('')).toBe('hm');
  expect(messages.map(({ delta }) => delta).join('')).toBe('yes');
});
