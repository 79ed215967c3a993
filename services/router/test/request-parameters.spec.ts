import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Part } from './fakes/fake-engine.js';
import { dataOf, RouterWorld, user } from './router-world.js';

interface Call {
  id?: string;
  index?: number;
  function: { name?: string; arguments: string };
}
interface Choice {
  index: number;
  text?: string;
  message?: { content: string | null; tool_calls?: Call[] };
  delta?: { content?: string; tool_calls?: Call[] };
  logprobs: null | {
    content?: { token: string; top_logprobs?: object[] }[];
    tokens?: string[];
    token_logprobs?: (number | null)[];
  };
  finish_reason: string | null;
}
interface Body {
  choices: Choice[];
  usage?: { prompt_tokens: number; completion_tokens: number };
}

let world: RouterWorld;
beforeAll(async () => {
  world = await RouterWorld.start();
  const targets = [
    { deployment_id: 'd1', weight: 1_000_000 },
    { deployment_id: 'd2', weight: 1 },
  ];
  await world.route({ alias: 'pair', targets });
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => {
  world.engine.scripts.clear();
  world.engine.requests.length = 0;
  world.engine.tokenless = false;
  world.guardrails.checks.length = 0;
});

const bodyOf = async (answer: Promise<Response>) => (await (await answer).json()) as Body;
const complete = (body: object) => world.post('/v1/completions', { model: 'tiny', ...body });
const choicesOf = (text: string) => dataOf(text).flatMap((data) => (data === '[DONE]' ? [] : (data as Body).choices));
const token = (text: string, logprob?: number, id = 0) => ({
  token: text,
  bytes: Buffer.from(text),
  logprob,
  id,
  top: [],
});
const spelled = (text: string): Part => ({ text, logprobs: [token(text, -1)] });

describe('n', () => {
  it('answers so many times at once, bills the prompt once and records one event', async () => {
    world.engine.scripts.set('d1', { choices: { '-1': { texts: ['other'], finishReason: 'length' } } });
    const response = await world.chat({ n: 2, seed: 5 });
    const { choices, usage } = (await response.json()) as Body;
    expect(choices.map(({ index, message, finish_reason }) => [index, message?.content, finish_reason])).toEqual([
      [0, 'one two three', 'stop'],
      [1, 'other', 'length'],
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 4 });
    expect(world.engine.requests.map(({ options }) => options?.seed)).toEqual([5, 6]);
    const event = await world.eventOf(response.headers.get('x-weir-request-id'));
    expect(event).toMatchObject({ finish_reasons: ['stop', 'length'], input_tokens: 7, output_tokens: 4 });
  });

  it('streams all of them, each with its own index and end', async () => {
    world.engine.scripts.set('d1', { choices: { '-1': { texts: ['other ', 'text'] } } });
    const choices = choicesOf(await (await world.chat({ n: 2, stream: true })).text());
    const textOf = (index: number) =>
      choices.map((choice) => (choice.index === index ? (choice.delta?.content ?? '') : '')).join('');
    expect([textOf(0), textOf(1)]).toEqual(['one two three', 'other text']);
    expect(choices.slice(-2).map(({ index, finish_reason }) => [index, finish_reason])).toEqual([
      [0, 'stop'],
      [1, 'stop'],
    ]);
  });

  it('goes elsewhere as a whole when one of them fails before the first byte', async () => {
    world.engine.scripts.set('d1', { choices: { '-1': { texts: [], failWith: 'engine_failed' } }, hang: true });
    const { choices, usage } = await bodyOf(world.chat({ model: 'pair', n: 2 }));
    expect(choices).toHaveLength(2);
    expect(usage).toMatchObject({ prompt_tokens: 7, completion_tokens: 6 });
    expect(world.engine.requests.map(({ deploymentId }) => deploymentId)).toEqual(['d1', 'd1', 'd2', 'd2']);
  });

  it.each([false, true])('blocks one answer and lets the other out (stream: %s)', async (stream) => {
    world.engine.scripts.set('d1', { choices: { '-1': { texts: ['forbidden ', 'more'] } } });
    const response = await world.chat({ n: 2, stream });
    const text = await response.text();
    const ends = stream ? choicesOf(text).slice(-2) : (JSON.parse(text) as Body).choices;
    expect(ends.map(({ finish_reason }) => finish_reason)).toEqual(['stop', 'content_filter']);
    expect(text).not.toContain('forbidden');
    expect(await world.eventOf(response.headers.get('x-weir-request-id'))).toMatchObject({
      finish_reasons: ['stop', 'content_filter'],
      cut_reason: 'guardrail',
    });
  });
});

describe('tools', () => {
  const tools = [{ type: 'function', function: { name: 'add', description: 'my secret', parameters: {} } }];
  const call = (text: string, index = 0): Part => ({
    toolCalls: [{ index, id: `c${index}`, name: 'add', arguments: text }],
  });

  it('come back as calls, whole', async () => {
    const parts = [call('{"a":'), { toolCalls: [{ index: 0, arguments: '1}' }] }, call('{}', 1)];
    world.engine.scripts.set('d1', { parts, finishReason: 'tool_calls' });
    const { choices } = await bodyOf(world.chat({ tools, tool_choice: 'required', parallel_tool_calls: false }));
    expect(choices[0]).toMatchObject({
      message: {
        content: null,
        tool_calls: [
          { id: 'c0', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
          { id: 'c1', type: 'function', function: { name: 'add', arguments: '{}' } },
        ],
      },
      finish_reason: 'tool_calls',
    });
    expect(world.engine.requests[0]?.options).toMatchObject({
      // The input guard sees descriptions as it sees messages.
      tools: [{ name: 'add', description: 'my ******', parameters: '{}' }],
      toolChoice: { mode: 'required' },
      singleToolCall: true,
    });
  });

  it('stream as one delta per complete call', async () => {
    world.engine.scripts.set('d1', {
      parts: [{ text: 'so ' }, call('{"a":'), { toolCalls: [{ index: 0, arguments: '1}' }] }],
      finishReason: 'tool_calls',
    });
    const choices = choicesOf(await (await world.chat({ tools, stream: true })).text());
    expect(choices.flatMap(({ delta }) => delta?.tool_calls ?? [])).toEqual([
      { index: 0, id: 'c0', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
    ]);
    expect(choices.at(-1)?.finish_reason).toBe('tool_calls');
  });

  it.each([
    ['masks what stays JSON', '{"a":"secret"}', '{"a":"******"}'],
    ['blocks what the policy blocks', '{"a":"forbidden"}', undefined],
    ['blocks what a mask would break', '{"a":4111}', undefined],
  ])('%s in arguments, whole and streamed', async (_, written, shown) => {
    world.engine.scripts.set('d1', { parts: [call(written)], finishReason: 'tool_calls' });
    for (const stream of [false, true]) {
      const text = await (await world.chat({ tools, stream })).text();
      const choices = stream ? choicesOf(text) : (JSON.parse(text) as Body).choices;
      const calls = choices.flatMap(({ delta, message }) => delta?.tool_calls ?? message?.tool_calls ?? []);
      expect(calls.map((one) => one.function.arguments)).toEqual(shown === undefined ? [] : [shown]);
      if (shown === undefined) expect(choices.at(-1)?.finish_reason).toBe('content_filter');
    }
  });

  it('are guarded in what the client sends: results and earlier arguments', async () => {
    const earlier = { id: 'c', type: 'function', function: { name: 'add', arguments: '{"a":"secret"}' } };
    const messages = [
      user('hi'),
      { role: 'assistant', content: null, tool_calls: [earlier] },
      { role: 'tool', tool_call_id: 'c', content: 'the secret result' },
    ];
    expect((await world.chat({ messages })).status).toBe(200);
    expect(world.guardrails.checks[0]?.parts.map(({ path }) => path)).toEqual([
      'messages.1.tool_calls.0.function.name',
      'messages.0.content',
      'messages.1.content',
      'messages.1.tool_calls.0.function.arguments',
      'messages.2.content',
    ]);
    expect(world.engine.requests[0]?.prompt).toMatchObject({
      value: {
        turns: [
          {},
          { toolCalls: [{ id: 'call00000', name: 'add', arguments: '{"a":"******"}' }] },
          { content: 'the ****** result', toolCallId: 'call00000' },
        ],
      },
    });
    const blocked = await world.chat({ messages: [user('x'), { ...messages[2], content: 'forbidden' }] });
    expect([blocked.status, await blocked.json()]).toMatchObject([400, { error: { code: 'content_filter' } }]);
  });
});

describe('log probabilities', () => {
  const parts = ['one ', 'two '].map(spelled);

  it('come with the text, whole and streamed', async () => {
    world.engine.scripts.set('d1', { parts });
    const ask = { logprobs: true, top_logprobs: 2 };
    const whole = (await bodyOf(world.chat(ask))).choices[0]?.logprobs?.content;
    expect(whole?.map((one) => one.token)).toEqual(['one ', 'two ']);
    const streamed = choicesOf(await (await world.chat({ ...ask, stream: true })).text());
    expect(streamed.flatMap(({ logprobs }) => logprobs?.content ?? [])).toEqual(whole);
    expect(world.engine.requests[0]?.options).toMatchObject({ logprobs: true, topLogprobs: 2 });
  });

  describe('under a policy', () => {
    const ask = { logprobs: true, top_logprobs: 2 };
    const hidden = token('41', -9);
    const scored = (text: string): Part => ({
      text,
      logprobs: [{ ...token(text, -1), top: [token(text, -1), hidden] }],
    });
    /** Alternatives of each token that the client got. */
    const shownTo = async (asked: object, stream: boolean) => {
      const response = await world.chat({ ...ask, ...asked, stream });
      const choices = stream ? choicesOf(await response.text()) : ((await response.json()) as Body).choices;
      return choices.flatMap(({ logprobs }) => logprobs?.content ?? []).map((one) => one.top_logprobs?.length);
    };

    it.each([false, true])('have alternatives of the first token only (stream: %s)', async (stream) => {
      await world.route({ alias: 'free', policy: 'none' });
      world.engine.scripts.set('d1', { parts: ['a ', 'b ', 'c'].map(scored) });
      expect(await shownTo({}, stream)).toEqual([2, 0, 0]);
      expect(await shownTo({ model: 'free' }, stream)).toEqual([2, 2, 2]);
      await world.route({ alias: 'half', policy: 'none', stage_policies: { output: 'gentle' } });
      expect(await shownTo({ model: 'half' }, stream)).toEqual([2, 0, 0]);
    });

    it.each([false, true])('end where their tokens are of another text (stream: %s)', async (stream) => {
      const lying: Part = { text: 'b ', logprobs: [token('card', -1)] };
      world.engine.scripts.set('d1', { parts: [spelled('a '), lying, spelled('c ')] });
      const text = await (await world.chat({ ...ask, stream })).text();
      expect(text).toContain('"token":"a "');
      expect(text).not.toMatch(/"token":"(card|c )"/);
      world.engine.scripts.set('d1', { parts: [{ toolCalls: [], logprobs: [token('card', -1)] }] });
      expect(await (await world.chat({ ...ask, stream })).text()).not.toContain('card');
    });
  });

  it.each([false, true])('never show what was masked (stream: %s)', async (stream) => {
    world.engine.scripts.set('d1', { parts: ['fine ', 'sec', 'ret ', 'tail'].map(spelled) });
    const text = await (await world.chat({ logprobs: true, stream })).text();
    expect(text).toContain('******');
    expect(text).not.toMatch(/"token":"(sec|ret |tail)"/);
  });
});

describe('POST /v1/completions', () => {
  const question = { max_tokens: 1, echo: true, logprobs: 1, temperature: 0, seed: 1234 };

  it('answers lm-evaluation-harness: tokens in, the prompt and one token out', async () => {
    world.engine.scripts.set('d1', {
      parts: [{ promptLogprobs: [token('a'), token('b', -2)] }, { text: 'c', logprobs: [token('c', -0.5)] }],
      finishReason: 'length',
    });
    const { choices } = await bodyOf(complete({ ...question, prompt: [[97, 98]] }));
    expect(choices).toEqual([
      {
        index: 0,
        text: 'abc',
        logprobs: {
          tokens: ['a', 'b', 'c'],
          token_logprobs: [null, -2, -0.5],
          top_logprobs: [null, { b: -2 }, { c: -0.5 }],
          text_offset: [0, 1, 2],
        },
        finish_reason: 'length',
      },
    ]);
    expect(world.engine.requests[0]).toMatchObject({
      prompt: { $case: 'tokens', value: { ids: [97, 98] } },
      options: { maxTokens: 1, promptLogprobs: 1, logprobs: true, topLogprobs: 1 },
    });
    const stream = choicesOf(await (await complete({ ...question, prompt: [97, 98], stream: true })).text());
    expect(stream.map(({ text }) => text).join('')).toBe('abc');
    expect(stream.flatMap(({ logprobs }) => logprobs?.token_logprobs ?? [])).toEqual([null, -2, -0.5]);
  });

  it('answers several prompts in their order, n times each', async () => {
    world.engine.scripts.set('d1', { choices: { '-2': { texts: ['third'] }, '-3': { texts: ['fourth'] } } });
    const { choices, usage } = await bodyOf(complete({ prompt: ['a', 'b'], n: 2 }));
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'one two three'],
      [1, 'one two three'],
      [2, 'third'],
      [3, 'fourth'],
    ]);
    // Each prompt once, all answers.
    expect(usage).toMatchObject({ prompt_tokens: 14, completion_tokens: 8 });
    expect(world.engine.requests.map(({ prompt }) => prompt?.value)).toEqual(['a', 'a', 'b', 'b']);
  });

  it('lets no token prompt pass its policy', async () => {
    const ids = (text: string) => [...text].map((character) => character.charCodeAt(0));
    const blocked = await complete({ prompt: ids('forbidden') });
    expect([blocked.status, await blocked.json()]).toMatchObject([400, { error: { code: 'content_filter' } }]);
    expect(world.engine.requests).toHaveLength(0);
    const masked = await bodyOf(complete({ prompt: ids('my secret'), echo: true }));
    expect(masked.choices[0]?.text).toBe('my ******one two three');
    expect(world.engine.requests[0]?.prompt).toEqual({ $case: 'text', value: 'my ******' });
    world.engine.tokenless = true;
    const unreadable = await complete({ prompt: [97] });
    expect([unreadable.status, await unreadable.json()]).toMatchObject([
      400,
      { error: { code: 'unsupported_parameter', param: 'prompt' } },
    ]);
  });
});

describe('scheduling', () => {
  it('passes the priority and the wanted time to the first token on', async () => {
    await world.chat({ priority: -3 }, { headers: { 'x-slo-ttft-ms': '250' } });
    expect(world.engine.requests[0]).toMatchObject({ priority: -3, ttftSloMs: 250 });
    const wrong = await world.chat({}, { headers: { 'x-slo-ttft-ms': 'soon' } });
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { param: 'x-slo-ttft-ms' } }]);
  });

  it('tells why an engine refused a request', async () => {
    world.engine.scripts.set('d1', {
      texts: [],
      failWith: 'engine_overloaded',
      failDetails: { dropped_reason: 'rejected-saturated' },
    });
    for (const stream of [false, true]) {
      const refused = await world.chat({ stream });
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('2');
      expect(refused.headers.get('x-llm-d-request-dropped-reason')).toBe('rejected-saturated');
    }
  });

  it('passes on which parameter an engine cannot do', async () => {
    world.engine.scripts.set('d1', { texts: [], failWith: 'unsupported_parameter', failParam: 'options.logit_bias' });
    const refused = await world.chat({ logit_bias: { 5: 1 } });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { code: 'unsupported_parameter', param: 'logit_bias' } },
    ]);
  });
});
