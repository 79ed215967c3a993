import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIMENSIONS, eachDimension, fromNumeric, largest, smallest, toHeaderNumber, toNumeric } from './quantities.js';

describe('quantities', () => {
  it('survive the way into a column and back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIMENSIONS), fc.bigInt({ min: 0n, max: 10n ** 24n }), (dimension, quantity) => {
        expect(fromNumeric(dimension, toNumeric(dimension, quantity))).toBe(quantity);
      }),
    );
  });

  it('read what PostgreSQL writes: always twelve fraction digits', () => {
    expect(fromNumeric('tokens', '400000.000000000000')).toBe(400_000n);
    expect(fromNumeric('money', '0.000000000001')).toBe(1n);
  });

  it('are never a fraction of a token and never a guess', () => {
    expect(fromNumeric('tokens', '1.5')).toBeUndefined();
    expect(fromNumeric('money', '1e3')).toBeUndefined();
    expect(fromNumeric('requests', '')).toBeUndefined();
  });

  it('show money in whole micro-USD where a header wants an integer', () => {
    expect(toHeaderNumber('money', 1_999_999n)).toBe(1);
    expect(toHeaderNumber('tokens', 1_999_999n)).toBe(1_999_999);
  });

  it('compare beyond the precision of a float', () => {
    const [a, b] = [2n ** 60n, 2n ** 60n + 1n];
    expect([smallest(b, a), largest(a, b)]).toEqual([a, b]);
    expect(eachDimension((dimension) => BigInt(dimension.length))).toEqual({ requests: 8n, tokens: 6n, money: 5n });
  });
});
