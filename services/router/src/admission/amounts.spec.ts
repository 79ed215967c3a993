import { costOf } from '@weir/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '../pipeline/inference-request.js';
import { covers, inputTokenBound, worstCase, type Target } from './amounts.js';

const chat = (...contents: string[]): Prompt => ({
  kind: 'chat',
  turns: contents.map((content) => ({ role: 'user', content, name: '' })),
});
const target = (extra: Partial<Target> = {}): Target => ({
  price: { inputPerMillion: 1_000_000n, cachedInputPerMillion: 500_000n, outputPerMillion: 3_000_000n },
  contextTokens: 2048,
  maxOutputTokens: 100,
  ...extra,
});

describe('inputTokenBound', () => {
  it('counts UTF-8 bytes and the frame of each turn', () => {
    expect(inputTokenBound(chat('abc', 'é'))).toBe(3 + 2 + 32);
    expect(inputTokenBound({ kind: 'text', text: '😀' })).toBe(4 + 16);
  });
});

describe('worstCase', () => {
  it('takes the most expensive target and the client limit below the cap', () => {
    const dear = target({
      price: { inputPerMillion: 2_000_000n, cachedInputPerMillion: 0n, outputPerMillion: 9_000_000n },
    });
    for (const targets of [
      [target(), dear],
      [dear, target()],
    ]) {
      expect(worstCase(chat('abcd'), 10, targets)).toEqual({ requests: 1, tokens: 30, money: 40n + 90n });
    }
    expect(worstCase(chat('abcd'), 5_000, [target()])).toMatchObject({ tokens: 120 });
    expect(worstCase(chat('abcd'), undefined, [target()])).toMatchObject({ tokens: 120 });
  });

  it('is bounded by the context where that is known', () => {
    const long = chat('x'.repeat(10_000));
    expect(worstCase(long, 50, [target()])).toMatchObject({ tokens: 2048 });
    expect(worstCase(long, 50, [target({ contextTokens: undefined })])).toMatchObject({ tokens: 10_066 });
  });

  it('is never below what the request can cost', () => {
    const price = fc.bigInt({ min: 0n, max: 10n ** 13n });
    const prices = fc.record({ inputPerMillion: price, cachedInputPerMillion: price, outputPerMillion: price });
    fc.assert(
      fc.property(prices, fc.string(), fc.nat(100), fc.nat(), fc.nat(), (tokenPrice, text, output, input, cached) => {
        const prompt = chat(text);
        const inputTokens = input % (inputTokenBound(prompt) + 1);
        const cachedInputTokens = cached % (inputTokens + 1);
        const use = { inputTokens, cachedInputTokens, outputTokens: output };
        const need = worstCase(prompt, undefined, [target({ price: tokenPrice })]);
        const actual = { requests: 1, tokens: inputTokens + output, money: costOf(tokenPrice, use) };
        const bounded = { ...tokenPrice };
        const cheapCache = bounded.cachedInputPerMillion <= bounded.inputPerMillion;
        return covers(need, cheapCache ? actual : { ...actual, money: need.money });
      }),
    );
  });
});
