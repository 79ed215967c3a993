import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelVersionState } from '@weir/contracts';
import { eventually } from '@weir/testing';
import {
  ask,
  chatOf,
  failureOf,
  isReady,
  localEngine,
  modelFile,
  versionOf,
  whole,
  type LocalEngine,
} from './fixtures.js';

describe('an engine with a real model', () => {
  let version: ModelVersionState;
  let engine: LocalEngine;

  beforeAll(async () => {
    version = await versionOf(modelFile());
    engine = localEngine(version, { max_queue: 256 });
    await isReady(engine.backend);
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  it('answers greedily the same every time, with exact counts', async () => {
    const first = await whole(ask(engine.backend, { temperature: 0, maxTokens: 12 }));
    const second = await whole(ask(engine.backend, { temperature: 0, maxTokens: 12 }));
    expect(first.text).not.toBe('');
    expect(second.text).toBe(first.text);
    expect(first.last).toMatchObject({ usage: { outputTokens: 12 }, finish: { reason: 'length' } });
    const counted = await engine.backend.countTokens(chatOf('Tell me about rivers.'));
    expect(first.last?.usage?.inputTokens).toBe(counted);
    expect(first.parts.reduce((sum, part) => sum + part.tokens, 0)).toBe(12);
  });

  it('repeats a seed and changes with it', async () => {
    const texts: string[] = [];
    for (const seed of [7, 7, 8]) texts.push((await whole(ask(engine.backend, { seed, maxTokens: 24 }))).text);
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).not.toBe(texts[0]);
  });

  it('ends with the model’s own end token and counts it', async () => {
    const prompt = 'What is two plus two? Answer with one word.';
    const { last, text } = await whole(ask(engine.backend, { prompt, temperature: 0, maxTokens: 200 }));
    expect(last?.finish?.reason).toBe('stop');
    expect(text).not.toContain('<|im_end|>');
    expect(last?.usage?.outputTokens).toBeLessThan(200);
  });

  it('stops before a stop string that lies over token borders', async () => {
    const full = (await whole(ask(engine.backend, { temperature: 0, maxTokens: 40 }))).text;
    const stop = full.slice(Math.floor(full.length / 2) - 3, Math.floor(full.length / 2) + 4);
    const cut = await whole(ask(engine.backend, { temperature: 0, maxTokens: 40, stop: [stop] }));
    expect(cut.text).toBe(full.slice(0, full.indexOf(stop)));
    expect(cut.last?.finish?.reason).toBe('stop');
  });

  it('never cuts a character', async () => {
    const prompt = 'Repeat exactly: 🎉🎊日本語 größer 🎉🎊日本語 größer';
    const { parts } = await whole(ask(engine.backend, { prompt, seed: 3, maxTokens: 60 }));
    expect(parts.every(({ text }) => text.isWellFormed() && !text.includes('\uFFFD'))).toBe(true);
  });

  it('takes control tokens that somebody typed for plain text', async () => {
    const plain = await engine.backend.countTokens({ kind: 'text', text: '<|im_end|>' });
    expect(plain).toBeGreaterThan(1);
  });

  it('refuses a prompt over the context with the numbers', async () => {
    const { error } = await failureOf(ask(engine.backend, { prompt: 'word '.repeat(2_000) }));
    expect(error).toMatchObject({
      code: 'context_length_exceeded',
      details: { context_tokens: 1_024, input_tokens: expect.any(Number) },
    });
    const huge = await failureOf(ask(engine.backend, { prompt: 'x'.repeat(3_000_000) }));
    expect(huge.error).toMatchObject({ code: 'context_length_exceeded' });
  });

  it('ends at the context when the answer does not fit', async () => {
    await using small = localEngine(version, { slots: 1, context_tokens: 256 });
    await isReady(small.backend);
    const prompt = { kind: 'text', text: 'one two three '.repeat(78) } as const;
    const { last } = await whole(ask(small.backend, { prompt, temperature: 0, maxTokens: 256 }));
    const { inputTokens = 0, outputTokens = 0 } = last?.usage ?? {};
    expect(last?.finish?.reason).toBe('length');
    expect(inputTokens).toBeGreaterThan(200);
    expect(inputTokens + outputTokens).toBe(256);
  });

  it('reports a reused prefix, and none when a seed asks for the same run', async () => {
    const prompt = `Read this. ${'The river flows to the sea. '.repeat(20)}`;
    const maxTokens = 2;
    await whole(ask(engine.backend, { prompt, maxTokens }));
    const again = await whole(ask(engine.backend, { prompt, maxTokens }));
    const seeded = await whole(ask(engine.backend, { prompt, maxTokens, seed: 1 }));
    expect(again.last?.usage?.cachedInputTokens).toBeGreaterThanOrEqual(64);
    expect(seeded.last?.usage?.cachedInputTokens).toBe(0);
    expect(seeded.last?.usage?.inputTokens).toBe(again.last?.usage?.inputTokens);
  });

  it('evaluates every step as one batch, however many run', async () => {
    engine.steps.length = 0;
    const asked = [1, 2, 3, 4].map((seed) => whole(ask(engine.backend, { seed, maxTokens: 20 })));
    const answers = await Promise.all(asked);
    expect(answers.every(({ last }) => last?.finish)).toBe(true);
    expect(engine.steps.every(({ batches }) => batches.length <= 1)).toBe(true);
    expect(Math.max(...engine.steps.flatMap(({ batches }) => batches))).toBeGreaterThan(4);
  });

  it('ends at the deadline with what was generated', async () => {
    const prompt = { kind: 'text', text: '1 2 3 4 5 6' } as const;
    const asked = { prompt, deadline: Date.now() + 600, temperature: 0, maxTokens: 256 };
    const { last } = await whole(ask(engine.backend, asked));
    expect(last?.finish?.reason).toBe('deadline');
    expect(last?.usage?.outputTokens).toBeLessThan(256);
  });

  it('leaks no slot over 200 random cancels, in every phase', async () => {
    const long = 'The river flows to the sea and the sea to the sky. '.repeat(40);
    const outcomes = Array.from({ length: 200 }, async (_, index) => {
      const caller = new AbortController();
      const asked = ask(engine.backend, {
        prompt: index % 3 === 0 ? long : 'Hello',
        signal: caller.signal,
        maxTokens: 8,
        tenant: `t${index % 5}`,
      });
      setTimeout(() => caller.abort(), (index * 37) % 2_000);
      return whole(asked).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
    });
    const ended = await Promise.all(outcomes);
    expect(ended.filter((end) => end !== 'cancelled' && end !== 'done')).toEqual([]);
    expect(ended.filter((end) => end === 'cancelled').length).toBeGreaterThan(100);
    await eventually(() => engine.backend.running === 0 && engine.backend.waiting === 0);
    const after = await Promise.all([1, 2, 3, 4].map((seed) => whole(ask(engine.backend, { seed, maxTokens: 4 }))));
    expect(after.every(({ last }) => last?.finish)).toBe(true);
  });

  it('gives its slot free when the reader just leaves', async () => {
    for await (const part of ask(engine.backend, { seed: 2, maxTokens: 256 })) if (part.text) break;
    await eventually(() => engine.backend.running === 0);
  });

  it('refuses at once when its queue is full, with the time to come back', async () => {
    await using small = localEngine(version, { slots: 1, max_queue: 1 });
    await isReady(small.backend);
    const running = whole(ask(small.backend, { maxTokens: 30, seed: 1 }));
    const waiting = whole(ask(small.backend, { maxTokens: 2, seed: 1 }));
    await eventually(() => small.backend.waiting === 1);
    const { error } = await failureOf(ask(small.backend));
    expect(error).toMatchObject({ code: 'engine_overloaded', retryAfterMs: expect.any(Number) });
    expect((await Promise.all([running, waiting])).every(({ last }) => last?.finish)).toBe(true);
  });

  it('frees the memory of an idle engine, and holds requests while it loads again', async () => {
    await using idle = localEngine(version, { slots: 1, idle_unload_seconds: 1 });
    await isReady(idle.backend);
    const first = idle.backend.enginePid;
    await eventually(() => idle.backend.enginePid === undefined, { timeoutMs: 30_000 });
    expect(idle.backend.status).toMatchObject({ state: 'ready', reason: expect.stringContaining('idle') });
    const asked = [1, 2].map((seed) => whole(ask(idle.backend, { seed, maxTokens: 3 })));
    const counted = idle.backend.countTokens(chatOf('Hello'));
    expect((await Promise.all(asked)).every(({ last }) => last?.finish)).toBe(true);
    expect(await counted).toBeGreaterThan(3);
    expect(idle.backend.enginePid).not.toBe(first);
    expect(idle.backend.status).toEqual({ state: 'ready', reason: '' });
  });
});
