import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild, textOf, type TestChild } from './child-fixture.js';

const prompts = ['Once upon a time there was a river', 'The old bridge in the town', 'Bees are insects that'];
const options = { temperature: 0.8, maxTokens: 40, ignoreEos: true };

describe('a cancel in the engine', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(4, 2_048)));
  afterAll(() => engine[Symbol.asyncDispose]());

  const neighbours = () => prompts.map((prompt, seed) => textOf(engine.start(prompt, { ...options, seed })));
  const texts = async (answers: readonly Promise<{ text: string }>[]) =>
    (await Promise.all(answers)).map(({ text }) => text);

  it('changes no byte of three seeded neighbours, while it decodes or reads its prompt', async () => {
    const undisturbed = await texts(neighbours());
    const long = 'The river flows to the sea and the sea to the sky. '.repeat(60);
    for (const [prompt, after] of [
      ['A mountain is', 12],
      [long, 3],
    ] as const) {
      const running = neighbours();
      await engine.stepped(4);
      const other = engine.start(prompt, { ...options, maxTokens: 200, seed: 9 });
      await engine.stepped(after);
      other.cancel();
      const { last } = await textOf(other);
      expect(last?.finish?.reason).toBe('cancelled');
      expect(await texts(running)).toEqual(undisturbed);
    }
  }, 120_000);

  it('is heard within one token, with the exact use', async () => {
    const generation = engine.start(prompts[0]!, { ...options, maxTokens: 500 });
    let seen = 0;
    for await (const part of generation.parts) {
      seen += part.tokens;
      if (seen === part.tokens) generation.cancel();
      if (!part.finish) continue;
      expect(part.finish.reason).toBe('cancelled');
      expect(part.usage?.outputTokens).toBe(seen);
    }
    // One that is on its way when the cancel is sent, and one that is computed when it arrives.
    expect(seen).toBeLessThanOrEqual(3);
  });

  it('leaks nothing over 80 of them in every phase', async () => {
    const long = 'Rain falls on the hill and runs to the valley. '.repeat(10);
    const busy = Array.from({ length: 4 }, async (_, lane) => {
      for (let round = 0; round < 20; round++) {
        const generation = engine.start(round % 3 === 0 ? long : prompts[lane % 3]!, { maxTokens: 30, seed: round });
        // It may end by itself before so many steps.
        if (round % 4 > 0) await Promise.race([engine.stepped(round % 4), generation.ended]);
        generation.cancel();
        await generation.ended;
        if (round % 5 === 0) await generation.park();
      }
    });
    await Promise.all(busy);
    const after = await Promise.all(
      [1, 2, 3, 4].map((seed) => textOf(engine.start(prompts[0]!, { maxTokens: 4, seed }))),
    );
    expect(after.every(({ last }) => last?.finish?.reason === 'length')).toBe(true);
    expect(engine.steps.at(-1)?.kvUsage).toBe(0);
  }, 120_000);
});
