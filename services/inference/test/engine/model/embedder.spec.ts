import { describe, expect, it, vi } from 'vitest';
import type { LlamaEmbeddingContext, Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import { ChildError } from '../../../engine/src/child-error.js';
import { Embedder } from '../../../engine/src/model/embedder.js';

const never = new AbortController().signal;
const tokens = (count: number) => Array.from({ length: count }, (_, index) => index) as Token[];

function embedder(
  more: { requireMemory?: () => Promise<void>; createEmbeddingContext?: () => Promise<LlamaEmbeddingContext> } = {},
) {
  let running = 0;
  let most = 0;
  const context = {
    getEmbeddingFor: async (input: Token[]) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { vector: [3 * input.length, 4 * input.length, 0] };
    },
  } as unknown as LlamaEmbeddingContext;
  const createEmbeddingContext = vi.fn(more.createEmbeddingContext ?? (async () => context));
  const requireMemory = more.requireMemory ?? (async () => undefined);
  const made = new Embedder({
    model: { createEmbeddingContext },
    contextTokens: 64,
    requireMemory,
    exclusive: undefined,
  });
  return { made, createEmbeddingContext, most: () => most };
}

describe('Embedder', () => {
  it('makes its context once, does one text after another, and gives vectors of length 1', async () => {
    const { made, createEmbeddingContext, most } = embedder();
    const all = await Promise.all([1, 2, 3].map((count) => made.embed(tokens(count), never)));
    expect(all).toEqual([1, 2, 3].map((count) => ({ values: [0.6, 0.8, 0], tokens: count })));
    expect(createEmbeddingContext).toHaveBeenCalledOnce();
    expect(most()).toBe(1);
  });

  it('drops what waits for a caller that left', async () => {
    const { made } = embedder();
    const caller = new AbortController();
    const first = made.embed(tokens(1), never);
    const second = made.embed(tokens(2), caller.signal);
    caller.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    await first;
  });

  it('refuses what is too long and more than may wait', async () => {
    const { made } = embedder();
    await expect(made.embed(tokens(64), never)).rejects.toMatchObject({ code: 'context_length_exceeded' });
    const waiting = Array.from({ length: 256 }, () => made.embed(tokens(1), never));
    await expect(made.embed(tokens(1), never)).rejects.toMatchObject({ code: 'engine_overloaded' });
    await Promise.all(waiting);
    await made.embed(tokens(1), never);
  });

  it('asks for the memory again when there was none, and says what a model cannot', async () => {
    let free = false;
    const requireMemory = async () => {
      if (!free) throw new ChildError('insufficient_memory', 'too little');
    };
    const { made } = embedder({ requireMemory });
    await expect(made.embed(tokens(1), never)).rejects.toMatchObject({ code: 'insufficient_memory' });
    free = true;
    await made.embed(tokens(1), never);
    const none = embedder({ createEmbeddingContext: () => Promise.reject(new TypeError('encoder and decoder')) });
    await expect(none.made.embed(tokens(1), never)).rejects.toMatchObject({ code: 'unimplemented' });
  });
});
