import { describe, expect, it } from 'vitest';
import type { GenerationOptions, GenerationPart, Tool } from '../../src/generation/generation.js';
import { ask, chatOf, failureOf, whole, type Answer, type Asked } from '../fixtures.js';
import type { Tried } from './engine-contract.js';

const GREEDY = { temperature: 0, seed: 1 };
const TOOL: Tool = {
  name: 'lookup',
  description: 'Looks a river up.',
  parameters: {
    type: 'object',
    properties: { count: { type: 'integer' } },
    required: ['count'],
    additionalProperties: false,
  },
};
const NAMED: Partial<GenerationOptions> = {
  tools: [TOOL, { ...TOOL, name: 'other' }],
  toolChoice: { mode: 'named', name: 'lookup' },
  singleToolCall: true,
};
const SCHEMA = {
  type: 'object',
  properties: { river: { enum: ['Rhine', 'Elbe'] }, deep: { type: 'boolean' } },
  required: ['river', 'deep'],
  additionalProperties: false,
};

/** What an answer is made of. */
export function answerContract(tried: Tried): void {
  textContract(tried);
  logprobContract(tried);
  formContract(tried);
  lengthContract(tried);
  vectorContract(tried);
}

/** A whole answer, the same every time. */
const answerOf = ({ engine }: Tried, asked: Asked): Promise<Answer> =>
  whole(ask(engine().backend, { ...GREEDY, ...asked }));

/** Its parts, its length, its end. */
function textContract(tried: Tried): void {
  describe('an answer', () => {
    it('is text in parts, and one last part with the finish and the usage', async () => {
      const { parts, text, last } = await answerOf(tried, { maxTokens: 8 });
      expect(text).not.toBe('');
      expect(parts.filter(({ finish }) => finish)).toEqual([last]);
      expect(last?.finish).toMatchObject({ reason: expect.stringMatching(/^(stop|length)$/) });
      const { queueMs = -1, prefillMs = -1, decodeMs = -1 } = last?.finish ?? {};
      expect(Math.min(queueMs, prefillMs, decodeMs)).toBeGreaterThanOrEqual(0);
      expect(last?.usage?.inputTokens).toBeGreaterThan(0);
      const tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
      expect(tokens).toBeGreaterThan(0);
      expect(last?.usage?.outputTokens).toBeGreaterThanOrEqual(tokens);
    });

    it('is as long as it may be, and says so', async () => {
      const { last } = await answerOf(tried, { maxTokens: 7, ignoreEos: true });
      expect(last).toMatchObject({ finish: { reason: 'length' }, usage: { outputTokens: 7 } });
    });

    it('ends before a stop text', async () => {
      const { text } = await answerOf(tried, { maxTokens: 24, ignoreEos: true });
      const stop = text.slice(6, 10);
      const { text: stopped, last } = await answerOf(tried, { maxTokens: 24, ignoreEos: true, stop: [stop] });
      expect(stopped).toBe(text.slice(0, text.indexOf(stop)));
      expect(last?.finish?.reason).toBe('stop');
    });

    it('continues a text', async () => {
      const { text, last } = await answerOf(tried, {
        prompt: { kind: 'text', text: 'A river is' },
        maxTokens: 4,
        ignoreEos: true,
      });
      expect(text).not.toBe('');
      expect(last?.usage?.outputTokens).toBe(4);
    });
  });
}

/** How likely each token was. */
function logprobContract(tried: Tried): void {
  describe('log probabilities', () => {
    it('come with every token, likeliest first, the chosen one among them', async () => {
      const { parts, last } = await answerOf(tried, { maxTokens: 5, ignoreEos: true, topLogprobs: 2 });
      const logprobs = parts.flatMap((part) => part.logprobs ?? []);
      expect(logprobs).toHaveLength(last?.usage?.outputTokens ?? 0);
      for (const { token, bytes, logprob = 1, top } of logprobs) {
        expect(logprob).toBeLessThanOrEqual(0);
        expect(top.map((one) => one.logprob)).toEqual(top.map((one) => one.logprob).toSorted((a, b) => b - a));
        // Greedy: the chosen token is the likeliest, by the very same number.
        expect(top[0]).toMatchObject({ token, logprob });
        expect(bytes.length).toBeGreaterThan(0);
      }
    });

    it('score a prompt: one for each of its tokens but the first', async () => {
      const prompt = { kind: 'text', text: 'The river flows into the sea' } as const;
      const { parts, last } = await answerOf(tried, {
        prompt,
        maxTokens: 1,
        ignoreEos: true,
        promptLogprobs: 1,
        topLogprobs: 1,
      });
      const scored = parts[0]?.promptLogprobs ?? [];
      expect(scored).toHaveLength(last?.usage?.inputTokens ?? 0);
      expect(scored[0]?.logprob).toBeUndefined();
      expect(scored.slice(1).every(({ logprob = 1, top }) => logprob <= 0 && top.length > 0)).toBe(true);
      expect(parts.flatMap((part) => part.logprobs ?? [])).toHaveLength(1);
      expect(parts.slice(1).some((part) => part.promptLogprobs)).toBe(false);
    });

    it('are not there unless asked for', async () => {
      const { parts } = await answerOf(tried, { maxTokens: 3 });
      expect(parts.some((part) => part.logprobs || part.promptLogprobs)).toBe(false);
    });
  });
}

/** Tool calls, and JSON. */
function formContract(tried: Tried): void {
  describe('an answer in a form', () => {
    it('calls the tool that it must call', async () => {
      const { parts, last } = await answerOf(tried, { ...NAMED, maxTokens: 100, prompt: 'Look the Rhine up.' });
      const calls = callsOf(parts);
      expect(calls).toMatchObject([{ name: 'lookup', id: expect.stringMatching(/./) }]);
      expect(Object.keys(JSON.parse(calls[0]?.arguments ?? '') as object)).toEqual(['count']);
      expect(last?.finish?.reason).toBe('tool_calls');
    });

    it('is JSON of its schema', async () => {
      const { text } = await answerOf(tried, {
        responseFormat: { kind: 'json_schema', schema: SCHEMA },
        maxTokens: 100,
      });
      const { river, deep } = JSON.parse(text) as { river: unknown; deep: unknown };
      expect([['Rhine', 'Elbe'].includes(String(river)), typeof deep]).toEqual([true, 'boolean']);
    });

    it('is refused by its parameter where the schema is none', async () => {
      const schema = { type: 'river' };
      const { error } = await failureOf(
        ask(tried.engine().backend, { responseFormat: { kind: 'json_schema', schema } }),
      );
      expect(error).toMatchObject({
        code: expect.stringMatching(/^(invalid_request|unsupported_parameter)$/),
        param: expect.stringContaining('response_format'),
      });
    });
  });
}

/** What does not fit. */
function lengthContract(tried: Tried): void {
  describe('a request that is too long', () => {
    it('is refused as such', async () => {
      const prompt = chatOf('word '.repeat(tried.engine().backend.contextTokens + 1));
      const { error } = await failureOf(ask(tried.engine().backend, { prompt }));
      expect(error).toMatchObject({ code: 'context_length_exceeded' });
    });
  });
}

/** Texts as vectors. */
function vectorContract(tried: Tried): void {
  describe('vectors', () => {
    const inputs = ['one', 'two', 'one'].map((text) => ({ kind: 'text', text }) as const);
    const embed = () =>
      tried.engine().backend.embed({ tenant: 't', inputs, signal: new AbortController().signal, deadline: undefined });

    if (!tried.can.embeddings) {
      it('are refused where there are none', async () => {
        await expect(embed()).rejects.toMatchObject({ code: 'unimplemented' });
      });
      return;
    }

    it('are one for each input, the same for the same', async () => {
      const { vectors, inputTokens } = await embed();
      expect(vectors).toHaveLength(3);
      expect(inputTokens).toBeGreaterThanOrEqual(3);
      expect(vectors[0]).toEqual(vectors[2]);
      expect(vectors[0]).not.toEqual(vectors[1]);
    });
  });
}

/** The calls that a client puts together. */
function callsOf(parts: readonly GenerationPart[]) {
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const delta of parts.flatMap((part) => part.toolCalls ?? [])) {
    const call = (calls[delta.index] ??= { id: delta.id, name: delta.name, arguments: '' });
    call.arguments += delta.arguments;
  }
  return calls;
}
