import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planStep } from '../../engine/src/plan-step.js';

const limits = { slice: 256, sliceBesideDecode: 64 };

describe('planStep', () => {
  it('gives everyone who decodes a token, and prompts a small slice beside them', () => {
    const needs = [
      { id: 0, promptLeft: 50 },
      { id: 1, promptLeft: 0 },
      { id: 2, promptLeft: 500 },
    ];
    expect(planStep(needs, limits)).toEqual([
      { id: 1, tokens: 1 },
      { id: 0, tokens: 50 },
      { id: 2, tokens: 14 },
    ]);
  });

  it('gives prompts a whole slice while nobody decodes', () => {
    expect(planStep([{ id: 0, promptLeft: 1_000 }], limits)).toEqual([{ id: 0, tokens: 256 }]);
  });

  it('fits its bounds, serves every decoder, and always goes on', () => {
    const need = fc.record({
      id: fc.nat(100),
      promptLeft: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4_000 })),
    });
    const needsOf = fc.uniqueArray(need, { selector: ({ id }) => id, maxLength: 64 });
    fc.assert(
      fc.property(needsOf, (needs) => {
        const shares = planStep(needs, limits);
        const left = new Map(needs.map(({ id, promptLeft }) => [id, promptLeft]));
        const decoding = needs.filter(({ promptLeft }) => promptLeft === 0).length;
        const promptTokens = shares.reduce((sum, { id, tokens }) => sum + (left.get(id) ? tokens : 0), 0);
        expect(shares.filter(({ id }) => left.get(id) === 0)).toHaveLength(decoding);
        expect(promptTokens).toBeLessThanOrEqual(decoding > 0 ? 64 : 256);
        expect(shares.every(({ id, tokens }) => tokens >= 1 && tokens <= Math.max(1, left.get(id) ?? 0))).toBe(true);
        expect(shares.length > 0).toBe(needs.length > 0);
      }),
    );
  });
});
