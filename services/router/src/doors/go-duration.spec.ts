import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goDuration } from './go-duration.js';

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function parse(text: string): number {
  let total = 0;
  for (const [, value, unit] of text.matchAll(/([\d.]+)(ms|h|m|s)/g)) total += Number(value) * (UNITS[unit ?? ''] ?? 0);
  return Math.round(total);
}

describe('goDuration', () => {
  it.each([
    [0, '0s'],
    [-5, '0s'],
    [0.2, '1ms'],
    [12, '12ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [60_000, '1m0s'],
    [360_000, '6m0s'],
    [3_600_000, '1h0m0s'],
    [90_061_001, '25h1m1.001s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(goDuration(ms)).toBe(text);
  });

  it('reads back to the same time', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 10 }), (ms) => parse(goDuration(ms)) === ms));
  });
});
