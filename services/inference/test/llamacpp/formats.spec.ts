import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PromptMessage, ToolChoiceMessage } from '../../engine/src/protocol.js';
import type { GenerationOptions, GenerationPart, ToolCallDelta } from '../../src/generation/generation.js';
import type { ChildGeneration } from '../../src/llamacpp/child-generation.js';
import { failureOf } from '../fixtures.js';
import { startChild, textOf, type TestChild } from './child-fixture.js';

const chat = (content: string): PromptMessage => ({ kind: 'chat', turns: [{ role: 'user', content }] });

const weather = {
  name: 'get_weather',
  description: 'Weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 20 }, unit: { enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  },
};
const clock = {
  name: 'get_time',
  description: 'Time of day.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
};

function withTools(content: string, toolChoice: ToolChoiceMessage): PromptMessage {
  return { kind: 'chat', turns: [{ role: 'user', content }], tools: [weather, clock], toolChoice };
}

async function callsOf(generation: ChildGeneration) {
  const deltas: ToolCallDelta[] = [];
  let text = '';
  let last: GenerationPart | undefined;
  for await (const part of generation.parts) {
    deltas.push(...(part.toolCalls ?? []));
    text += part.text;
    last = part;
  }
  const calls = deltas
    .filter(({ id }) => id)
    .map(({ index, id, name }) => {
      const own = deltas.filter((delta) => delta.index === index);
      return { id, name, arguments: JSON.parse(own.map((delta) => delta.arguments).join('')) as object };
    });
  return { calls, text, reason: last?.finish?.reason };
}

describe('formats', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(4)));
  afterAll(() => engine[Symbol.asyncDispose]());

  it('gives a JSON object when that is asked for, whatever the seed', async () => {
    const answers = [1, 2, 3, 4].map((seed) => {
      const options: Partial<GenerationOptions> = { responseFormat: { kind: 'json_object' }, seed, maxTokens: 200 };
      return textOf(engine.start(chat('Describe a cat as JSON with two short fields.'), options));
    });
    for (const { text, last } of await Promise.all(answers)) {
      if (last?.finish?.reason === 'stop') expect(typeof JSON.parse(text)).toBe('object');
      expect(text.trimStart().startsWith('{')).toBe(true);
    }
  });

  it('follows a schema', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 12 }, legs: { enum: [2, 4, 6] }, tame: { type: 'boolean' } },
      required: ['name', 'legs', 'tame'],
      additionalProperties: false,
    };
    const answers = [1, 2, 3, 4].map((seed) => {
      const options: Partial<GenerationOptions> = {
        responseFormat: { kind: 'json_schema', schema },
        seed,
        maxTokens: 100,
      };
      return textOf(engine.start(chat('Describe an animal.'), options));
    });
    for (const { text, last } of await Promise.all(answers)) {
      expect(last?.finish?.reason).toBe('stop');
      const value = JSON.parse(text) as { name: string; legs: number; tame: boolean };
      expect(Object.keys(value).sort()).toEqual(['legs', 'name', 'tame']);
      expect([2, 4, 6]).toContain(value.legs);
      expect(typeof value.tame).toBe('boolean');
    }
  });

  it('gives log probabilities beside a format, of the raw distribution', async () => {
    const options: Partial<GenerationOptions> = {
      responseFormat: { kind: 'json_object' },
      temperature: 0,
      topLogprobs: 1,
      maxTokens: 4,
    };
    const generation = engine.start(chat('Say hello.'), options);
    const scores = [];
    for await (const part of generation.parts) scores.push(...(part.logprobs ?? []));
    expect(scores).toHaveLength(4);
    // The model would not begin with a brace by itself.
    expect(scores[0]!.top[0]!.logprob).toBeGreaterThan(scores[0]!.logprob!);
  });

  it('calls the tool that must be called, with arguments of its schema', async () => {
    const named = await callsOf(
      engine.start(withTools('How is Paris?', { mode: 'named', name: 'get_weather' }), { seed: 2, maxTokens: 120 }),
    );
    expect(named).toMatchObject({ reason: 'tool_calls', text: '' });
    expect(named.calls).toEqual([
      { id: expect.stringMatching(/^call_[0-9A-Za-z]{24}$/), name: 'get_weather', arguments: expect.any(Object) },
    ]);
    expect(Object.keys(named.calls[0]!.arguments).sort()).toEqual(['city', 'unit']);
    const required = await callsOf(
      engine.start(withTools('What time is it?', { mode: 'required' }), {
        temperature: 0,
        maxTokens: 120,
        singleToolCall: true,
      }),
    );
    expect(['get_weather', 'get_time']).toContain(required.calls[0]?.name);
    expect(required.calls).toHaveLength(1);
  });

  it('shows no tools and reads no calls with the choice none', async () => {
    const turns = [{ role: 'user', content: 'How is Paris?' }];
    const none = await engine.child.count(withTools('How is Paris?', { mode: 'none' }));
    expect(none).toBe(await engine.child.count({ kind: 'chat', turns }));
    expect(await engine.child.count(withTools('How is Paris?', { mode: 'auto' }))).toBeGreaterThan(none + 40);
  });

  it('names the keyword of a schema that it cannot follow', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, not: { required: ['b'] } };
    const { error } = await failureOf(
      engine.start(chat('x'), { responseFormat: { kind: 'json_schema', schema } }).parts,
    );
    expect(error).toMatchObject({ code: 'unsupported_parameter', param: expect.stringContaining('schema') });
    expect(String(error)).toContain('"not"');
  });
});
