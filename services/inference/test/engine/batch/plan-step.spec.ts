import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planStep } from '../../../engine/src/batch/plan-step.js';

const limits = { batch: 512, slice: 256, sliceBesideDecode: 64 };

describe('planStep', () => {
  it('gives everyone who decodes a token, and prompts a small slice beside them', () => {
    const needs = [
      { id: 0, promptLeft: 20 },
      { id: 1, promptLeft: 0 },
      { id: 2, promptLeft: 500 },
    ];
    expect(planStep(needs, limits)).toEqual([
      { id: 1, tokens: 1 },
      { id: 0, tokens: 20 },
      { id: 2, tokens: 44 },
    ]);
  });

  it('gives prompts a whole slice while nobody decodes', () => {
    expect(planStep([{ id: 0, promptLeft: 1_000 }], limits)).toEqual([{ id: 0, tokens: 256 }]);
  });

  it('shares a slice evenly between prompts, so that a short one is not behind a long one', () => {
    const needs = [
      { id: 0, promptLeft: 4_000 },
      { id: 1, promptLeft: 60 },
      { id: 2, promptLeft: 4_000 },
    ];
    expect(planStep(needs, limits)).toEqual([
      { id: 1, tokens: 60 },
      { id: 0, tokens: 98 },
      { id: 2, tokens: 98 },
    ]);
  });

  it('serves those first who waited longest when the slice is too small for all', () => {
    const needs = Array.from({ length: 8 }, (_, id) => ({ id, promptLeft: 100 }));
    const small = { ...limits, slice: 32 };
    expect(planStep(needs, small)).toEqual([
      { id: 0, tokens: 16 },
      { id: 1, tokens: 16 },
    ]);
  });

  it('keeps the bound of one request and that of the batch', () => {
    const scored = { id: 0, promptLeft: 500, most: 32 };
    expect(planStep([scored, { id: 1, promptLeft: 500 }], limits)).toEqual([
      { id: 0, tokens: 32 },
      { id: 1, tokens: 224 },
    ]);
    const decoding = Array.from({ length: 500 }, (_, id) => ({ id: id + 1, promptLeft: 0 }));
    expect(planStep([{ id: 0, promptLeft: 900 }, ...decoding], limits).at(-1)).toEqual({ id: 0, tokens: 12 });
  });

  it('fits its bounds, serves every decoder, and always goes on', () => {
    const need = fc.record({
      id: fc.nat(100),
      promptLeft: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4_000 })),
    });
    const needsOf = fc.uniqueArray(need, { selector: ({ id }) => id, maxLength: 64 });
    fc.assert(
      fc.property(needsOf, fc.integer({ min: 16, max: 512 }), (needs, sliceBesideDecode) => {
        const shares = planStep(needs, { ...limits, sliceBesideDecode });
        const left = new Map(needs.map(({ id, promptLeft }) => [id, promptLeft]));
        const decoding = needs.filter(({ promptLeft }) => promptLeft === 0).length;
        const promptTokens = shares.reduce((sum, { id, tokens }) => sum + (left.get(id) ? tokens : 0), 0);
        const slice = decoding > 0 ? sliceBesideDecode : 256;
        expect(shares.filter(({ id }) => left.get(id) === 0)).toHaveLength(decoding);
        expect(promptTokens).toBeLessThanOrEqual(slice);
        expect(shares.every(({ id, tokens }) => tokens >= 1 && tokens <= Math.max(1, left.get(id) ?? 0))).toBe(true);
        expect(promptTokens > 0).toBe(needs.length > decoding);
      }),
    );
  });

  it('finishes every prompt when those served last go to the end of the line', () => {
    const prompts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(prompts, fc.integer({ min: 16, max: 128 }), (lengths, slice) => {
        let needs = lengths.map((promptLeft, id) => ({ id, promptLeft }));
        const most = Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / 16) + lengths.length;
        for (let step = 0; step < most && needs.length > 0; step++) {
          const served = new Map(planStep(needs, { ...limits, slice }).map(({ id, tokens }) => [id, tokens]));
          const rest = needs.map(({ id, promptLeft }) => ({ id, promptLeft: promptLeft - (served.get(id) ?? 0) }));
          needs = [...rest.filter(({ id }) => !served.has(id)), ...rest.filter(({ id }) => served.has(id))];
          needs = needs.filter(({ promptLeft }) => promptLeft > 0);
        }
        expect(needs).toEqual([]);
      }),
    );
  });
});
