import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, formatUsd, parseUsd } from './money.js';

describe('money', () => {
  it('reads back what it writes, for any amount', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 36n), max: 10n ** 36n }), (v) => parseUsd(formatUsd(v)) === v));
  });

  it.each(['', '1e3', '.5', '1.', '1.0000000000001', ' 1', '1,5', 'NaN', '--1'])('refuses %j', (text) => {
    expect(parseUsd(text)).toBeUndefined();
  });

  it('keeps the twelfth fraction digit', () => {
    expect(formatUsd(parseUsd('0.000000000001')!)).toBe('0.000000000001');
    expect(formatUsd(parseUsd('12.500')!)).toBe('12.5');
  });

  it('charges cached tokens at their own price and rounds up once', () => {
    const price = { inputPerMillion: 3n, cachedInputPerMillion: 1n, outputPerMillion: 5n };
    expect(costOf(price, { inputTokens: 10, cachedInputTokens: 4, outputTokens: 2 })).toBe(1n);
    expect(costOf(price, { inputTokens: 1_000_000, cachedInputTokens: 0, outputTokens: 1_000_000 })).toBe(8n);
  });
});
