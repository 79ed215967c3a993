import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenText } from '../../../engine/src/text/token-text.js';

/** Tokens are single bytes or short runs of them, as in a byte-level vocabulary. */
const detokenize = (tokens: readonly Uint8Array[]): string => new TextDecoder().decode(Buffer.concat(tokens));

function tokensOf(text: string, sizes: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const tokens: Uint8Array[] = [];
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    tokens.push(bytes.subarray(start, start + size));
    start += size;
  }
  return tokens;
}

describe('TokenText', () => {
  it('waits for the bytes of an unfinished character', () => {
    const text = new TokenText(detokenize);
    const parts = tokensOf('a🎉b', [1]).map((token) => text.push(token));
    expect(parts).toEqual(['a', '', '', '', '🎉', 'b']);
  });

  it('gives the text unchanged and never half a character', () => {
    const sample = fc.string({ unit: fc.constantFrom('a', 'é', '日', '🎉', ' '), maxLength: 20 });
    fc.assert(
      fc.property(sample, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1 }), (whole, sizes) => {
        const text = new TokenText(detokenize);
        const parts = tokensOf(whole, sizes).map((token) => text.push(token));
        expect(parts.join('') + text.flush()).toBe(whole);
        expect(parts.some((part) => part.includes('\uFFFD'))).toBe(false);
      }),
    );
  });

  it('drops a last character that never got all its bytes', () => {
    const text = new TokenText(detokenize);
    const cut = tokensOf('ok🎉', [1]).slice(0, -1);
    expect(cut.map((token) => text.push(token)).join('') + text.flush()).toBe('ok');
  });

  it('does not wait for ever when bytes are broken', () => {
    const text = new TokenText(detokenize);
    const broken = Array.from({ length: 8 }, () => Uint8Array.of(0xff));
    expect(broken.map((token) => text.push(token)).join('').length).toBeGreaterThan(0);
  });
});
