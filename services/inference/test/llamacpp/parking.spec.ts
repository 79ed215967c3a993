import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild, textOf, type TestChild } from './child-fixture.js';

const story = 'Once upon a time there was a river that';

describe('parking in the engine', () => {
  let engine: TestChild;

  beforeAll(async () => void (engine = await startChild(2)));
  afterAll(() => engine[Symbol.asyncDispose]());

  const firstPart = async (parts: AsyncIterable<{ text: string }>) => {
    const { value } = await parts[Symbol.asyncIterator]().next();
    return value as { text: string };
  };

  it.each([
    ['greedily', { temperature: 0 }],
    ['with its own random numbers', { temperature: 1, seed: 11 }],
    ['with penalties', { temperature: 0, frequencyPenalty: 1.5, presencePenalty: 1 }],
  ])('goes on %s without a seam, in another slot whose neighbour took its own', async (_how, options) => {
    const whole = await textOf(engine.start(story, { ...options, maxTokens: 40 }));
    const parked = engine.start(story, { ...options, maxTokens: 40 });
    const head = await firstPart(parked.parts);
    expect(await parked.park()).toBe('parked');
    // Both slots are used by others, so that nothing of it is left in either.
    await Promise.all(
      ['The sea is', 'A mountain is'].map((text) => textOf(engine.start(text, { maxTokens: 4, seed: 2 }))),
    );
    parked.unpark();
    const rest = await textOf(parked);
    expect(head.text + rest.text).toBe(whole.text);
    expect(rest.last).toMatchObject({
      usage: { outputTokens: whole.last?.usage?.outputTokens },
      finish: { reason: 'length' },
    });
  });

  it('frees the slot: two others run while it waits', async () => {
    const parked = engine.start(story, { maxTokens: 200, temperature: 0, ignoreEos: true });
    const other = engine.start(story, { maxTokens: 5, temperature: 0, ignoreEos: true });
    await firstPart(parked.parts);
    expect(await parked.park()).toBe('parked');
    const third = engine.start('Rain falls', { maxTokens: 5, temperature: 0, ignoreEos: true });
    expect((await Promise.all([textOf(other), textOf(third)])).map(({ last }) => last?.usage?.outputTokens)).toEqual([
      5, 5,
    ]);
    parked.cancel();
    expect((await textOf(parked)).last?.finish?.reason).toBe('cancelled');
  });

  it('parks before it began, and ends instead of parking when it is over first', async () => {
    const early = engine.start(story, { maxTokens: 3, temperature: 0, ignoreEos: true });
    expect(await early.park()).toBe('parked');
    early.unpark();
    expect((await textOf(early)).last?.usage).toMatchObject({ outputTokens: 3 });
    expect(await early.park()).toBe('ended');
    const short = engine.start(story, { maxTokens: 1 });
    expect(['parked', 'ended']).toContain(await short.park());
    short.cancel();
    await short.ended;
  });
});
