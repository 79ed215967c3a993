import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs, retryAfterOf } from './retry-after.js';

describe('retryAfterMs', () => {
  it.each([
    ['2', 2_000],
    ['0.5', 500],
    ['-3', 0],
    ['99999999', 3_600_000],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 4_000],
    ['soon', undefined],
    ['', undefined],
  ])('reads %s', (text, ms) => {
    expect(retryAfterMs(text, 1_000)).toBe(ms);
  });
});

describe('retryAfterOf', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['milliseconds first', { 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    ['seconds', { 'retry-after': ['9'] }, 9_000],
    ['OpenAI: minutes and seconds', { 'x-ratelimit-reset-requests': '1m30s' }, 90_000],
    ['OpenAI: milliseconds', { 'x-ratelimit-reset-tokens': '20ms' }, 20],
    [
      'the limit that is used up',
      {
        'x-ratelimit-reset-requests': '1h',
        'x-ratelimit-remaining-requests': '5',
        'x-ratelimit-reset-tokens': '7s',
        'x-ratelimit-remaining-tokens': '0',
      },
      7_000,
    ],
    ['Anthropic: a date', { 'anthropic-ratelimit-tokens-reset': '2026-01-01T00:00:03Z' }, 3_000],
    ['OpenRouter: a point in time', { 'x-ratelimit-reset': String(now + 1_500) }, 1_500],
    ['GitHub: its seconds', { 'x-ratelimit-reset': String(now / 1_000 + 2) }, 2_000],
    ['plain seconds', { 'x-ratelimit-reset': '4' }, 4_000],
    ['nothing', { 'content-type': 'x' }, undefined],
    ['nonsense', { 'x-ratelimit-reset': '7 apples', 'retry-after': 'soon' }, undefined],
  ])('reads %s', (_what, headers: Record<string, string | string[]>, ms) => {
    expect(retryAfterOf(headers, now)).toBe(ms);
  });

  it('is within an hour, whatever is sent', () => {
    const names = fc.constantFrom('retry-after', 'retry-after-ms', 'x-ratelimit-reset', 'x-ratelimit-reset-tokens');
    fc.assert(
      fc.property(fc.dictionary(names, fc.oneof(fc.string(), fc.double().map(String))), (headers) => {
        const wait = retryAfterOf(headers, now);
        expect(wait === undefined || (wait >= 0 && wait <= 3_600_000)).toBe(true);
      }),
    );
  });
});
