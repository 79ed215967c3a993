import { describe, expect, it, vi } from 'vitest';
import type { Token } from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import { ContextDecoder } from '../../../engine/src/model/decoder.js';
import type { NativeContext } from '../../../engine/src/model/native.js';

function decoder({ first = 0, removes = true, window = 0 } = {}) {
  const added: unknown[][] = [];
  let size = 0;
  const context = {
    initBatch: vi.fn((tokens: number) => void (size = tokens)),
    addToBatch: (sequence: number, start: number, tokens: Uint32Array, outputs: Uint32Array) => {
      added.push([sequence, start, [...tokens], [...outputs]]);
      return outputs.map((index) => index + 100 * sequence);
    },
    decodeBatch: vi.fn(async () => undefined),
    disposeSequence: vi.fn(),
    removeTokenCellsFromSequence: vi.fn(() => removes),
    getSequenceKvCacheMinPosition: () => first,
  };
  const batches: number[] = [];
  const made = new ContextDecoder(context as unknown as NativeContext, window, (tokens) => batches.push(tokens));
  return { made, context, added, batches, size: () => size };
}

const tokens = (...ids: number[]) => ids as Token[];

describe('ContextDecoder', () => {
  it('evaluates all rows as one batch and gives the outputs of each', async () => {
    const { made, context, added, batches, size } = decoder();
    const outputs = await made.decode([
      { sequence: 0, start: 5, tokens: tokens(7), outputs: [0] },
      { sequence: 1, start: 0, tokens: tokens(8, 9), outputs: [] },
      { sequence: 2, start: 0, tokens: tokens(8, 9), outputs: [0, 1] },
    ]);
    expect(outputs).toEqual([[0], [], [200, 201]]);
    expect(added[0]).toEqual([0, 5, [7], [0]]);
    expect(context.decodeBatch).toHaveBeenCalledOnce();
    expect([size(), batches]).toEqual([5, [5]]);
  });

  it('keeps a beginning', () => {
    const { made, context } = decoder();
    expect(made.keep(1, 40)).toBe(40);
    expect(context.removeTokenCellsFromSequence).toHaveBeenCalledWith(1, 40, -1);
    expect(context.disposeSequence).not.toHaveBeenCalled();
  });

  it.each([
    ['nothing is to be kept', { tokens: 0 }],
    ['the model can only forget everything', { tokens: 40, removes: false }],
    ['its state is one sum over all tokens', { tokens: 40, first: 99 }],
    ['a sliding window has left what comes before', { tokens: 40, first: 30, window: 16 }],
  ])('forgets everything when %s', (_why, { tokens: kept, ...how }) => {
    const { made, context } = decoder(how);
    expect(made.keep(1, kept)).toBe(0);
    expect(context.disposeSequence).toHaveBeenCalledWith(1);
  });

  it('keeps a beginning whose window is there', () => {
    expect(decoder({ first: 20, window: 16 }).made.keep(1, 40)).toBe(40);
  });
});
