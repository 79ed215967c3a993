import { describe, expect, it, vi } from 'vitest';
import { WeirError } from '@weir/errors';
import type { GenerationPart } from '../generation/generation.js';
import { ChildGeneration } from './child-generation.js';

function begun(maxTokens = 8) {
  const send = vi.fn();
  const generation = new ChildGeneration({ id: 1, maxTokens, queueMs: 5, send });
  generation.onBegun({ id: 1, inputTokens: 10, cachedInputTokens: 4 });
  return { generation, send };
}

async function read(generation: ChildGeneration): Promise<{ parts: GenerationPart[]; error: unknown }> {
  const parts: GenerationPart[] = [];
  try {
    for await (const part of generation.parts) parts.push(part);
  } catch (error) {
    return { parts, error };
  }
  return { parts, error: undefined };
}

const finish = { id: 1, reason: 'stop', outputTokens: 3, prefillMs: 2, decodeMs: 3 } as const;
const score = (id: number) => ({
  id,
  token: 'a',
  bytes: [97],
  logprob: -id,
  top: [{ id, token: 'a', bytes: [97], logprob: -id }],
});

describe('ChildGeneration', () => {
  it('carries the use so far with every part and counts held-back tokens with the next text', async () => {
    const { generation } = begun();
    generation.onText({ id: 1, text: 'a', tokens: 1 });
    generation.onText({ id: 1, text: '', tokens: 1 });
    generation.onText({ id: 1, text: 'bc', tokens: 1 });
    generation.onFinish(finish);
    const { parts } = await read(generation);
    expect(parts.map(({ text, tokens, usage }) => [text, tokens, usage?.outputTokens])).toEqual([
      ['a', 1, 1],
      ['bc', 2, 3],
      ['', 0, 3],
    ]);
    expect(parts.at(-1)).toMatchObject({ finish: { reason: 'stop', queueMs: 5, prefillMs: 2, decodeMs: 3 } });
    await generation.ended;
  });

  it('keeps log probabilities with their tokens, and gives those of the prompt and tool calls at once', async () => {
    const { generation } = begun();
    generation.onText({ id: 1, text: '', tokens: 1, logprobs: [score(1)], promptLogprobs: [score(9)] });
    generation.onText({ id: 1, text: '', tokens: 1, logprobs: [score(2)] });
    const call = { index: 0, id: 'call_1', name: 'n', arguments: '{}' };
    generation.onText({ id: 1, text: '', tokens: 1, logprobs: [score(3)], toolCalls: [call] });
    generation.onText({ id: 1, text: '', tokens: 1, logprobs: [score(4)] });
    generation.onFinish(finish);
    const { parts } = await read(generation);
    expect(parts.map(({ tokens, logprobs = [] }) => [tokens, logprobs.map(({ id }) => id)])).toEqual([
      [1, [1]],
      [2, [2, 3]],
      [1, [4]],
    ]);
    expect(parts[0]?.promptLogprobs?.[0]).toMatchObject({
      id: 9,
      bytes: Uint8Array.of(97),
      top: [{ bytes: Uint8Array.of(97) }],
    });
    expect(parts[1]?.toolCalls).toEqual([call]);
    expect(parts[2]?.finish).toBeDefined();
  });

  it('has room for every token of the longest answer, and what comes beside them', async () => {
    const { generation } = begun(3);
    generation.onText({ id: 1, text: '', tokens: 0, promptLogprobs: [score(9)] });
    for (let token = 0; token < 3; token++) generation.onText({ id: 1, text: 'x', tokens: 1 });
    generation.onFinish(finish);
    expect((await read(generation)).parts).toHaveLength(5);
  });

  it('tells what was used when it is lost in the middle, and that it may be repeated when it never began', async () => {
    const { generation } = begun();
    generation.onText({ id: 1, text: 'a', tokens: 1 });
    generation.lose(new WeirError('engine_failed', 'gone'));
    expect((await read(generation)).error).toMatchObject({
      code: 'engine_failed',
      details: { input_tokens: 10, output_tokens: 1, cached_input_tokens: 4, engine_lost: true },
    });
    expect(generation.isUntouched).toBe(false);
    const early = new ChildGeneration({ id: 2, maxTokens: 1, queueMs: 0, send: () => undefined });
    early.lose(new WeirError('engine_failed', 'gone'));
    expect(early.isUntouched).toBe(true);
    await early.ended;
  });

  it('names the field that the engine refused', async () => {
    const { generation } = begun();
    generation.fail(new WeirError('unsupported_parameter', 'no', { param: 'options.response_format' }));
    expect((await read(generation)).error).toMatchObject({ param: 'options.response_format' });
  });

  it('ends with the reason deadline only when it expired', async () => {
    const { generation, send } = begun();
    generation.expire();
    expect(send).toHaveBeenCalledExactlyOnceWith('cancel');
    generation.onFinish({ ...finish, reason: 'cancelled' });
    expect((await read(generation)).parts.at(-1)?.finish?.reason).toBe('deadline');
    generation.cancel();
    expect(send).toHaveBeenCalledOnce();
  });

  it('parks once, goes on, and parks again', async () => {
    const { generation, send } = begun();
    const parked = [generation.park(), generation.park()];
    generation.onParked();
    expect(await Promise.all(parked)).toEqual(['parked', 'parked']);
    expect(generation.isParked).toBe(true);
    generation.unpark();
    expect(generation.isParked).toBe(false);
    const again = generation.park();
    generation.onParked();
    expect(await again).toBe('parked');
    expect(send.mock.calls.flat()).toEqual(['park', 'unpark', 'park']);
  });

  it('says that it ended when it did so before it could be parked', async () => {
    const { generation, send } = begun();
    const parked = generation.park();
    generation.onFinish(finish);
    expect(await parked).toBe('ended');
    expect(await generation.park()).toBe('ended');
    generation.unpark();
    expect(send.mock.calls.flat()).toEqual(['park']);
    const lost = begun().generation;
    const parking = lost.park();
    lost.lose(new WeirError('engine_failed', 'gone'));
    expect(await parking).toBe('ended');
    await read(lost);
  });
});
