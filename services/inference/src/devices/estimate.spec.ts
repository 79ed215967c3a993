import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateBytes } from './estimate.js';

const smollm = {
  weightBytes: 98_362_432,
  layers: 30,
  embeddingLength: 576,
  heads: 9,
  kvHeads: 3,
  vocabulary: 49_152,
};

describe('the memory estimate', () => {
  it('has the KV cells of every slot: 2 x layers x cells x KV width x 2 bytes', () => {
    const run = { slots: 8, contextTokens: 2_048, batchTokens: 0 };
    expect(estimateBytes(smollm, run)).toBe(98_362_432 + 2 * 30 * 16_384 * 192 * 2);
  });

  it('grows with everything that takes memory', () => {
    const count = fc.integer({ min: 1, max: 4_096 });
    fc.assert(
      fc.property(count, count, count, count, (slots, contextTokens, batchTokens, more) => {
        const base = estimateBytes(smollm, { slots, contextTokens, batchTokens });
        expect(estimateBytes(smollm, { slots: slots + more, contextTokens, batchTokens })).toBeGreaterThan(base);
        expect(estimateBytes(smollm, { slots, contextTokens, batchTokens: batchTokens + more })).toBeGreaterThan(base);
        expect(
          estimateBytes({ ...smollm, weightBytes: smollm.weightBytes + more }, { slots, contextTokens, batchTokens }),
        ).toBe(base + more);
      }),
    );
  });
});
