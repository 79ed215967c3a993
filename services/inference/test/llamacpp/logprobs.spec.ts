import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerationPart, TokenLogprob } from '../../src/generation/generation.js';
import type { ChildGeneration } from '../../src/llamacpp/child-generation.js';
import { startChild, type TestChild } from './child-fixture.js';

const text = 'The capital of France is Paris. The capital of Italy is';

async function scored(generation: ChildGeneration) {
  const parts: GenerationPart[] = [];
  for await (const part of generation.parts) parts.push(part);
  return {
    prompt: parts.flatMap(({ promptLogprobs }) => promptLogprobs ?? []),
    output: parts.flatMap(({ logprobs }) => logprobs ?? []),
    text: parts.map((part) => part.text).join(''),
    last: parts.at(-1),
  };
}

const bytesOf = (tokens: readonly TokenLogprob[]) => Buffer.concat(tokens.map(({ bytes }) => bytes)).toString();

describe('log probabilities', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(3, 2_048)));
  afterAll(() => engine[Symbol.asyncDispose]());

  it('are those of the raw distribution, whatever the sampling', async () => {
    const greedy = await scored(engine.start(text, { temperature: 0, topLogprobs: 5, maxTokens: 6 }));
    expect(greedy.output).toHaveLength(6);
    expect(bytesOf(greedy.output)).toContain(greedy.text.trim());
    for (const { id, logprob, top } of greedy.output) {
      expect(top).toHaveLength(5);
      expect(top[0]).toMatchObject({ id, logprob });
      const sorted = top.map((entry) => entry.logprob);
      expect([...sorted].sort((a, b) => b - a)).toEqual(sorted);
      const sum = sorted.reduce((total, value) => total + Math.exp(value), 0);
      expect(sum).toBeLessThanOrEqual(1.0001);
    }
    const hot = await scored(engine.start(text, { temperature: 2, topK: 0, topLogprobs: 5, maxTokens: 1, seed: 3 }));
    expect(hot.output[0]?.top.map(({ logprob }) => logprob)).toEqual(
      greedy.output[0]?.top.map(({ logprob }) => logprob),
    );
  });

  it('of a token far down agree with those of the top', async () => {
    const top = await scored(engine.start(text, { temperature: 0, topLogprobs: 20, maxTokens: 1 }));
    for (const wanted of top.output[0]!.top.slice(1, 20)) {
      const logitBias = new Map([[wanted.id, 100]]);
      const one = await scored(engine.start(text, { temperature: 0, topLogprobs: 1, logitBias, maxTokens: 1 }));
      expect(one.output[0]?.id).toBe(wanted.id);
      expect(one.output[0]?.logprob).toBeCloseTo(wanted.logprob, 4);
    }
  });

  it('of a prompt sum to what the same tokens get as an answer', async () => {
    const answer = await scored(engine.start(text, { temperature: 0, topLogprobs: 1, maxTokens: 8 }));
    const ids = await engine.child.tokenize({ kind: 'text', text }, true);
    const all = [...ids, ...answer.output.map(({ id }) => id)];
    const prompt = await scored(engine.start({ kind: 'tokens', ids: all }, { promptLogprobs: 1, maxTokens: 0 }));
    expect(prompt.prompt).toHaveLength(all.length);
    expect(prompt.prompt[0]?.logprob).toBeUndefined();
    expect(prompt.prompt.map(({ id }) => id)).toEqual(all);
    const tail = prompt.prompt.slice(ids.length);
    tail.forEach(({ logprob, top }, index) => {
      expect(logprob).toBeCloseTo(answer.output[index]!.logprob!, 3);
      // The greedy token is the best one, and lm-eval compares the two numbers by equality.
      expect(top[0]?.logprob).toBe(logprob);
    });
    expect(prompt.last).toMatchObject({
      usage: { inputTokens: all.length, outputTokens: 0 },
      finish: { reason: 'length' },
    });
    expect(bytesOf(prompt.prompt)).toContain(text);
  });

  it('of a long prompt come in slices beside others, and a cancel is heard between them', async () => {
    const neighbour = scored(engine.start(text, { temperature: 0, maxTokens: 30, ignoreEos: true }));
    const long = 'The river flows to the sea and the sea to the sky. '.repeat(40);
    const cancelled = engine.start(long, { promptLogprobs: 5, maxTokens: 1 });
    const kept = scored(engine.start(long.slice(0, 600), { promptLogprobs: 2, maxTokens: 1 }));
    await engine.stepped(3);
    cancelled.cancel();
    expect((await scored(cancelled)).last?.finish?.reason).toBe('cancelled');
    const { prompt } = await kept;
    expect(prompt.length).toBeGreaterThan(100);
    expect(prompt.slice(1).every(({ logprob, top }) => logprob! <= 0 && top.length === 2)).toBe(true);
    expect((await neighbour).last?.usage?.outputTokens).toBe(30);
  });
});
