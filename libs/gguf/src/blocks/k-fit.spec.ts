import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitAffine, fitSymmetric } from './k-fit.js';

const SIZE = 32;
const anyGroup = fc
  .array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), { minLength: SIZE, maxLength: SIZE })
  .map((values) => Float32Array.from(values, (value) => Math.fround(value)));
const ones = new Float32Array(SIZE).fill(1);

const affine = (weights: Float32Array, at = 0) => {
  const levels = new Uint8Array(weights.length);
  const group = { weights, at, size: SIZE, levels };
  return { levels, ...fitAffine(group, ones, new Uint8Array(SIZE), { top: 15, first: -1, steps: 20 }) };
};

describe('fitAffine', () => {
  it('is never worse than plain rounding between the least and the largest weight', () => {
    fc.assert(
      fc.property(anyGroup, (weights) => {
        const { levels, scale, minimum } = affine(weights);
        const low = Math.min(0, ...weights);
        const step = (Math.max(...weights) - low) / 15 || 1;
        const plain = weights.reduce((sum, x) => sum + (Math.round((x - low) / step) * step + low - x) ** 2, 0);
        const ours = weights.reduce((sum, x, i) => sum + (scale * levels[i]! - minimum - x) ** 2, 0);
        return ours <= plain * 1.001 + 1e-3;
      }),
    );
  });

  it('keeps levels in range and the minimum at 0 or above', () => {
    fc.assert(
      fc.property(anyGroup, (weights) => {
        const { levels, minimum } = affine(weights);
        return levels.every((level) => level <= 15) && minimum >= 0;
      }),
    );
  });

  it('touches only its own group', () => {
    const weights = Float32Array.from({ length: 3 * SIZE }, (_, i) => i % 7);
    const { levels } = affine(weights, SIZE);
    expect([levels[0], levels[SIZE - 1], levels[2 * SIZE]]).toEqual([0, 0, 0]);
    expect(levels.subarray(SIZE, 2 * SIZE).some((level) => level > 0)).toBe(true);
  });

  it.each([
    ['equal negative weights', -3],
    ['zeros', 0],
  ])('%s need no more than a minimum', (_what, value) => {
    const { levels, scale, minimum } = affine(new Float32Array(SIZE).fill(value));
    expect(levels.every((level) => Math.abs(scale * level - minimum - value) < 1e-5)).toBe(true);
  });

  it('puts weights whose scale has no inverse on level 0', () => {
    expect(affine(new Float32Array(SIZE).fill(1e-41)).levels).toEqual(new Uint8Array(SIZE));
  });
});

describe('fitSymmetric', () => {
  const symmetric = (weights: Float32Array) => {
    const levels = new Uint8Array(weights.length);
    return { levels, scale: fitSymmetric({ weights, at: 0, size: SIZE, levels }, 32) };
  };

  it('puts every weight within two steps of it', () => {
    fc.assert(
      fc.property(anyGroup, (weights) => {
        const { levels, scale } = symmetric(weights);
        const step = Math.max(...weights.map(Math.abs)) / 31;
        return weights.every((x, i) => Math.abs(scale * (levels[i]! - 32) - x) <= 2 * step + 1e-12);
      }),
    );
  });

  it('has no scale for a group that is all but zero', () => {
    const { levels, scale } = symmetric(new Float32Array(SIZE).fill(1e-16));
    expect([scale, Math.max(...levels)]).toEqual([0, 0]);
  });
});
