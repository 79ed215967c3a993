import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerationOptions } from '../../src/generation/generation.js';
import { failureOf } from '../fixtures.js';
import { startChild, textOf, type TestChild } from './child-fixture.js';

const prompt = 'The best thing about rivers is';

describe('sampling', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(4)));
  afterAll(() => engine[Symbol.asyncDispose]());

  const said = async (options: Partial<GenerationOptions>) => (await textOf(engine.start(prompt, options))).text;
  const tokens = (text: string) => engine.child.tokenize({ kind: 'text', text }, false);

  it('takes only the most likely token where the settings leave no other', async () => {
    const greedy = await said({ temperature: 0, maxTokens: 12 });
    const hot = { temperature: 2, maxTokens: 12, seed: 4 };
    expect(await said({ ...hot, topK: 1 })).toBe(greedy);
    expect(await said({ ...hot, topP: 0.0001 })).toBe(greedy);
    expect(await said({ ...hot, minP: 1 })).toBe(greedy);
    expect(await said({ ...hot, topK: 0 })).not.toBe(greedy);
  });

  it('penalises what was said', async () => {
    const prefix = 'one two one two one two one two one two';
    const words = async (options: Partial<GenerationOptions>) => {
      const generation = engine.start(prefix, { temperature: 0, maxTokens: 30, ignoreEos: true, ...options });
      const all = (await textOf(generation)).text.split(/\s+/).filter(Boolean);
      return new Set(all).size / all.length;
    };
    const plain = await words({});
    expect(await words({ presencePenalty: 2, frequencyPenalty: 2 })).toBeGreaterThan(plain + 0.2);
    expect(await words({ repetitionPenalty: 1.8 })).toBeGreaterThan(plain + 0.2);
  });

  it('bans and favours tokens by their bias', async () => {
    const greedy = await said({ temperature: 0, maxTokens: 1 });
    const [first] = await tokens(greedy);
    expect(await said({ temperature: 0, maxTokens: 1, logitBias: new Map([[first!, -100]]) })).not.toBe(greedy);
    const [wanted] = await tokens(' banana');
    expect(await said({ temperature: 0, maxTokens: 3, logitBias: new Map([[wanted!, 100]]) })).toContain('banana');
    const { error } = await failureOf(engine.start(prompt, { logitBias: new Map([[10_000_000, 1]]) }).parts);
    expect(error).toMatchObject({ code: 'invalid_request', param: 'options.logit_bias' });
  });

  it('fixes the length: no end before min_tokens, none at all with ignore_eos', async () => {
    const turns = [{ role: 'user', content: 'Say yes.' }];
    const chat = (options: Partial<GenerationOptions>) =>
      textOf(engine.start({ kind: 'chat', turns }, { temperature: 0, ...options }));
    const short = await chat({ maxTokens: 120 });
    const length = short.last!.usage!.outputTokens;
    expect(short.last?.finish?.reason).toBe('stop');
    const longer = await chat({ maxTokens: 120, minTokens: length + 10 });
    expect(longer.last!.usage!.outputTokens).toBeGreaterThanOrEqual(length + 10);
    const fixed = await chat({ maxTokens: 120, ignoreEos: true });
    expect(fixed.last).toMatchObject({ usage: { outputTokens: 120 }, finish: { reason: 'length' } });
  });

  it('hears stop strings only after min_tokens', async () => {
    const full = await said({ temperature: 0, maxTokens: 30 });
    const stop = [full.trim().split(' ')[2]!];
    const early = await textOf(engine.start(prompt, { temperature: 0, maxTokens: 30, stop }));
    const late = await textOf(engine.start(prompt, { temperature: 0, maxTokens: 30, stop, minTokens: 20 }));
    expect(early.last!.usage!.outputTokens).toBeLessThan(20);
    expect(late.last!.usage!.outputTokens).toBeGreaterThanOrEqual(20);
    expect(late.text.startsWith(early.text)).toBe(true);
  });

  it('repeats a seed beside others', async () => {
    const alone = await said({ seed: 5, temperature: 1, maxTokens: 20 });
    const [again] = await Promise.all([
      said({ seed: 5, temperature: 1, maxTokens: 20 }),
      said({ seed: 6, maxTokens: 20 }),
    ]);
    expect(again).toBe(alone);
  });
});

describe('tokens', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(2)));
  afterAll(() => engine[Symbol.asyncDispose]());

  it('go to text and back', async () => {
    const text = 'Rivers, größer 日本語 🎉 <|im_end|>';
    const ids = await engine.child.tokenize({ kind: 'text', text }, false);
    expect(await engine.child.detokenize(ids)).toBe(text);
    expect(await engine.child.count({ kind: 'tokens', ids })).toBe(ids.length);
    await expect(engine.child.detokenize([10_000_000])).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('are a prompt as good as their text', async () => {
    const ids = await engine.child.tokenize({ kind: 'text', text: prompt }, true);
    const asTokens = await textOf(engine.start({ kind: 'tokens', ids }, { temperature: 0, maxTokens: 8 }));
    const asText = await textOf(engine.start(prompt, { temperature: 0, maxTokens: 8 }));
    expect(asTokens.text).toBe(asText.text);
    expect(asTokens.last?.usage?.inputTokens).toBe(ids.length);
  });

  it('say what they are', async () => {
    const { tokenizer, device } = await engine.child.ready;
    expect(device).toBe('cpu');
    expect(tokenizer).toMatchObject({ eosToken: '<|im_end|>', vocabularySize: 49_152 });
    expect(tokenizer.chatTemplate).toContain('<|im_start|>');
  });
});

describe('embeddings', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(2)));
  afterAll(() => engine[Symbol.asyncDispose]());

  const never = new AbortController().signal;
  const embed = (text: string, signal = never) => engine.child.embed({ kind: 'text', text }, signal);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, index) => sum + value * b[index]!, 0);

  it('have length 1, are the same every time, and nearer for likes', async () => {
    const [river, again, stream, tax] = await Promise.all([
      embed('The river flows to the sea.'),
      embed('The river flows to the sea.'),
      embed('A river flows into the sea.'),
      embed('Income tax must be paid by April.'),
    ]);
    expect(dot(river.values, river.values)).toBeCloseTo(1, 5);
    expect(again.values).toEqual(river.values);
    expect(dot(river.values, stream.values)).toBeGreaterThan(dot(river.values, tax.values));
    expect(river.tokens).toBeGreaterThan(4);
  });

  it('are refused where they cannot be, and dropped when the caller leaves', async () => {
    await expect(embed('word '.repeat(1_500))).rejects.toMatchObject({ code: 'context_length_exceeded' });
    const caller = new AbortController();
    const first = embed('one '.repeat(400));
    const waiting = embed('two', caller.signal);
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await first;
  });

  it('come beside a running answer', async () => {
    const answer = textOf(engine.start(prompt, { maxTokens: 20, ignoreEos: true, temperature: 0 }));
    await embed('The river flows to the sea.');
    expect((await answer).last?.usage?.outputTokens).toBe(20);
  });
});
