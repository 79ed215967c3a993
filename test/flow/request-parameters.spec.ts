import { inferenceCompleted } from '@weir/contracts';
import { startConstellation, type Constellation } from '@weir/tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, post, postStream } from '../constellation/chat.js';
import { eventLog, type EventLog } from '../constellation/event-log.js';

interface Choice {
  readonly index: number;
  readonly text: string;
  readonly message: {
    readonly content: string | null;
    readonly tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
  };
  readonly logprobs: {
    readonly content: readonly { token: string; logprob: number; top_logprobs: readonly { logprob: number }[] }[];
    readonly tokens: readonly string[];
    readonly token_logprobs: readonly (number | null)[];
    readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  };
  readonly finish_reason: string;
}
interface Body {
  readonly choices: readonly Choice[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Tells the weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', enum: ['Oslo', 'Rome'] } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

describe.each(['together', 'apart'] as const)('what a request may ask for, services %s', (form) => {
  let weir: Constellation;
  let events: EventLog;
  let key: string;

  beforeAll(async () => {
    weir = await startConstellation({ form });
    events = await eventLog(weir, [inferenceCompleted]);
    key = weir.seeded.demo.secret;
  });
  afterAll(async () => {
    await events?.[Symbol.asyncDispose]();
    await weir?.[Symbol.asyncDispose]();
  });

  async function ask(path: string, body: object) {
    const answer = await post({ url: `${weir.httpUrl}${path}`, key, body: { model: 'smollm2', ...body } });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return { ...(answer.body as unknown as Body), headers: answer.headers };
  }
  const chat = (content: string, extra: object) =>
    ask('/v1/chat/completions', {
      messages: [{ role: 'user', content }],
      max_tokens: 64,
      temperature: 0,
      ...extra,
    });
  const complete = (prompt: unknown, extra: object) =>
    ask('/v1/completions', { prompt, max_tokens: 8, temperature: 0, ...extra });

  it('a tool that must be called: arguments that fit its schema, whole and streamed', async () => {
    const asked = { tools: [WEATHER], tool_choice: 'required', parallel_tool_calls: false, max_tokens: 128 };
    const { choices } = await chat('What is the weather in Oslo?', asked);
    const [call] = choices[0]?.message.tool_calls ?? [];
    expect(call?.function.name).toBe('weather');
    expect(['Oslo', 'Rome']).toContain((JSON.parse(call?.function.arguments ?? '') as { city: string }).city);
    const { chunks } = await postStream({
      url: `${weir.httpUrl}/v1/chat/completions`,
      key,
      body: {
        ...asked,
        model: 'smollm2',
        temperature: 0,
        stream: true,
        messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
      },
    });
    const deltas = chunks.flatMap((chunk) => chunk.choices ?? []) as unknown as { delta: Choice['message'] }[];
    const streamed = deltas.flatMap(({ delta }) => delta.tool_calls ?? []).map((one) => one.function);
    expect(streamed).toEqual([call?.function]);
  });

  it('a JSON Schema: JSON that fits it', async () => {
    const { choices } = await chat('Describe a person as JSON.', {
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema: PERSON, strict: true } },
    });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({
      name: expect.any(String),
      age: expect.any(Number),
    });
  });

  it('log probabilities of a chat: greedy takes the most likely token', async () => {
    const { choices, usage } = await chat('Say hello.', { logprobs: true, top_logprobs: 3, max_tokens: 8 });
    const tokens = choices[0]?.logprobs.content ?? [];
    expect(tokens.length).toBeGreaterThanOrEqual(usage.completion_tokens - 1);
    for (const { logprob } of tokens) expect(logprob).toBeLessThanOrEqual(0);
    // What no filter reads ends with the first token under a policy that may take text out.
    expect(tokens.map(({ top_logprobs: top }) => top.length)).toEqual(tokens.map((_, index) => (index === 0 ? 3 : 0)));
    expect(tokens[0]?.logprob).toBe(Math.max(...(tokens[0]?.top_logprobs ?? []).map((one) => one.logprob)));
  });

  it('two answers, each of its own seed: the prompt billed once, one event', async () => {
    const settings = { temperature: 1, seed: 11, max_tokens: 12 };
    const two = await chat('Name a river.', { ...settings, n: 2 });
    const alone = await chat('Name a river.', settings);
    expect(two.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(new Set(two.choices.map(({ message }) => message.content)).size).toBe(2);
    expect(two.usage.prompt_tokens).toBe(alone.usage.prompt_tokens);
    const id = two.headers['x-weir-request-id'];
    const { data } = await events.find(inferenceCompleted, (event) => event.request_id === id);
    expect(data.finish_reasons).toHaveLength(2);
    expect([data.input_tokens, data.output_tokens]).toEqual([two.usage.prompt_tokens, two.usage.completion_tokens]);
  });

  it('a whole text with the log probabilities of each of its tokens, as lm-evaluation-harness reads them', async () => {
    const prompt = 'The capital of France is Paris';
    const { tokens } = (
      await post({ url: `${weir.httpUrl}/tokenize`, key, body: { prompt, add_special_tokens: false } })
    ).body as unknown as { tokens: number[] };
    const { choices } = await complete([tokens], { max_tokens: 1, echo: true, logprobs: 1, seed: 1234 });
    const { token_logprobs: own = [], top_logprobs: tops = [], tokens: texts = [] } = choices[0]?.logprobs ?? {};
    expect(own).toHaveLength(tokens.length + 1);
    expect([own[0], tops[0]]).toEqual([null, null]);
    expect(texts.slice(0, tokens.length).join('')).toBe(prompt);
    expect(choices[0]?.text.startsWith(prompt)).toBe(true);
    for (const [index, logprob] of own.entries()) {
      if (index > 0) expect(logprob).toBeLessThanOrEqual(Math.max(...Object.values(tops[index] ?? {})));
    }
    // What was generated was the most likely token, by exact equality.
    expect(own.at(-1)).toBe(Math.max(...Object.values(tops.at(-1) ?? {})));
    const read = await post({ url: `${weir.httpUrl}/detokenize`, key, body: { tokens } });
    expect(read.body).toEqual({ prompt });
    const info = await get(`${weir.httpUrl}/tokenizer_info`, key);
    expect(info.body).toMatchObject({ eos_token: '<|im_end|>', chat_template: expect.stringContaining('im_start') });
  });

  it('an answer that is over at once still has its one token', async () => {
    const messages = [{ role: 'user', content: 'Say only the word yes.' }];
    const tokenize = async (body: object) => {
      const answer = await post({ url: `${weir.httpUrl}/tokenize`, key, body });
      return (answer.body as unknown as { tokens: number[] }).tokens;
    };
    const prompt = await tokenize({ messages });
    const { choices } = await complete(prompt, { max_tokens: 200 });
    expect(choices[0]?.finish_reason).toBe('stop');
    const whole = [...prompt, ...(await tokenize({ prompt: choices[0]?.text, add_special_tokens: false }))];
    const end = await complete([whole], { max_tokens: 1, echo: true, logprobs: 1 });
    expect(end.choices[0]?.logprobs.tokens).toHaveLength(whole.length + 1);
    expect(end.choices[0]?.logprobs.tokens.at(-1)).toBe('<|im_end|>');
  });

  it('nothing but the echo of a prompt, whole and streamed', async () => {
    const asked = { max_tokens: 0, echo: true };
    const { choices, usage } = await complete('a river', asked);
    expect(choices[0]).toMatchObject({ text: 'a river', logprobs: null, finish_reason: 'length' });
    expect(usage.completion_tokens).toBe(0);
    const { content } = await postStream({
      url: `${weir.httpUrl}/v1/completions`,
      key,
      body: { ...asked, model: 'smollm2', prompt: 'a river', stream: true },
    });
    expect(content).toBe('a river');
  });

  it('what the engine cannot do, by the name of the parameter', async () => {
    const url = `${weir.httpUrl}/v1/chat/completions`;
    const messages = [{ role: 'user', content: 'hi' }];
    const body = { model: 'smollm2', messages, ignore_eos: true, response_format: { type: 'json_object' } };
    const refused = await post({ url, key, body });
    expect([refused.status, refused.body['error']]).toMatchObject([
      400,
      { code: 'unsupported_parameter', param: 'ignore_eos' },
    ]);
  });

  it('several prompts at once, answered in their order', async () => {
    const prompts = ['One, two, three, four,', 'Monday, Tuesday, Wednesday,'];
    const { choices } = await complete(prompts, {});
    expect(choices.map(({ text }) => text)).toEqual([
      expect.stringContaining('five'),
      expect.stringContaining('Thursday'),
    ]);
  });

  it('vectors', async () => {
    const answer = await post({
      url: `${weir.httpUrl}/v1/embeddings`,
      key,
      body: { model: 'smollm2', input: ['a river', 'a stream', 'tax law'] },
    });
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
    const { data } = answer.body as unknown as { data: { embedding: number[] }[] };
    expect(data.map(({ embedding }) => embedding.length)).toEqual([576, 576, 576]);
    expect(data.every(({ embedding }) => embedding.some((value) => value !== 0))).toBe(true);
  });

  it('lengths: min_tokens and ignore_eos reach the bound, a stop string ends before it', async () => {
    const long = await chat('Say hi.', { ignore_eos: true, min_tokens: 24, max_tokens: 24 });
    expect([long.usage.completion_tokens, long.choices[0]?.finish_reason]).toEqual([24, 'length']);
    const stopped = await complete('One, two, three, four, five, six,', { max_tokens: 24, stop: ['eight'] });
    expect(stopped.choices[0]?.finish_reason).toBe('stop');
    expect(stopped.choices[0]?.text).not.toContain('eight');
  });
});
