import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralMatcher, type LiteralMatch } from './literal-matcher.js';

function found(
  literals: readonly string[],
  pieces: readonly string[],
  folded = false,
  json = false,
): LiteralMatch<string>[] {
  const matcher = new LiteralMatcher(
    literals.map((text) => [text, text] as const),
    { folded, json },
  );
  for (const piece of pieces) matcher.push(piece);
  matcher.end();
  return matcher.takeMatches().sort((one, other) => one.start - other.start);
}

const spans = (matches: readonly LiteralMatch<string>[]) => matches.map(({ start, end }) => [start, end]);

describe('LiteralMatcher', () => {
  it('finds the longest literal at a place, as a word of its own', () => {
    expect(spans(found(['ada', 'ada@x.net'], ['to ada@x.net, ada and adam']))).toEqual([
      [3, 12],
      [14, 17],
    ]);
  });

  it('falls back to the shorter one when the longer one does not come', () => {
    expect(spans(found(['ada', 'ada@x.net'], [...'ada@x.org']))).toEqual([[0, 3]]);
  });

  it('finds folded literals anywhere, whatever their case and between invisible characters', () => {
    expect(spans(found(['c0ffee'], ['xC0\u200bFF\u00adEEx', 'ｃ0ffee'], true))).toEqual([
      [1, 9],
      [10, 16],
    ]);
    expect(found(['c0ffee'], ['xC0FFEEx'])).toEqual([]);
  });

  it('gives up on a literal with too many characters that nobody sees', () => {
    const matcher = new LiteralMatcher([['abc', 1]], { folded: true, json: false });
    for (let count = 0; count < 100; count++) matcher.push(`a${'\u200b'.repeat(9)}`);
    expect(matcher.decidedTo).toBe(990);
    matcher.push('\u200b'.repeat(100_000));
    expect(matcher.decidedTo).toBe(101_000);
  });

  it('reads escapes in JSON', () => {
    expect(spans(found(['a/b'], ['{"x":"\\u0061\\/b"}'], false, true))).toEqual([[6, 15]]);
  });

  it('finds the same however the text is cut', () => {
    const texts = fc.string({
      unit: fc.constantFrom('a', 'b', 'A', ' ', '\u200b', '\\', '𝐚', '\ud835'),
      maxLength: 14,
    });
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 4 }), fc.boolean(), fc.boolean(), (pieces, folded, json) => {
        const literals = ['a', 'ab', 'aab', 'b a'];
        const whole = found(literals, [pieces.join('')], folded, json);
        expect(found(literals, pieces, folded, json)).toEqual(whole);
        expect(found(literals, pieces.join('').split(''), folded, json)).toEqual(whole);
      }),
    );
  });
});
