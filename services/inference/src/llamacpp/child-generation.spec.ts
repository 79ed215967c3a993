import { describe, expect, it, vi } from 'vitest';
import { WeirError } from '@weir/errors';
import type { GenerationPart } from '../generation/generation.js';
import { ChildGeneration } from './child-generation.js';

function begun(maxTokens = 8) {
  const cancel = vi.fn();
  const generation = new ChildGeneration({ id: 1, maxTokens, queueMs: 5, cancel });
  generation.onBegun({ id: 1, inputTokens: 10, cachedInputTokens: 4 });
  return { generation, cancel };
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

  it('tells what was used when it is lost in the middle, and that it may be repeated when it never began', async () => {
    const { generation } = begun();
    generation.onText({ id: 1, text: 'a', tokens: 1 });
    generation.lose(new WeirError('engine_failed', 'gone'));
    expect((await read(generation)).error).toMatchObject({
      code: 'engine_failed',
      details: { input_tokens: 10, output_tokens: 1, cached_input_tokens: 4 },
    });
    expect(generation.isUntouched).toBe(false);
    const early = new ChildGeneration({ id: 2, maxTokens: 1, queueMs: 0, cancel: () => undefined });
    early.lose(new WeirError('engine_failed', 'gone'));
    expect(early.isUntouched).toBe(true);
    await early.ended;
  });

  it('ends with the reason deadline only when it expired', async () => {
    const { generation, cancel } = begun();
    generation.expire();
    expect(cancel).toHaveBeenCalledOnce();
    generation.onFinish({ ...finish, reason: 'cancelled' });
    expect((await read(generation)).parts.at(-1)?.finish?.reason).toBe('deadline');
    generation.cancel();
    expect(cancel).toHaveBeenCalledOnce();
  });
});
