import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopMatcher } from '../../../engine/src/text/stop-matcher.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 });
const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
  maxLength: 3,
});

/** What a reader of the whole text would do. */
function expected(whole: string, words: readonly string[]): { text: string; matched: boolean } {
  const places = words.map((word) => whole.indexOf(word)).filter((place) => place >= 0);
  return places.length === 0
    ? { text: whole, matched: false }
    : { text: whole.slice(0, Math.min(...places)), matched: true };
}

function pieces(whole: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).toSorted((a, b) => a - b), whole.length];
  return places.slice(1).map((end, index) => whole.slice(places[index], end));
}

function run(parts: readonly string[], words: readonly string[]) {
  const matcher = new StopMatcher(words);
  let released = '';
  for (const part of parts) {
    const { text: safe, matched } = matcher.push(part);
    released += safe;
    if (matched) return { text: released, matched: true };
  }
  return { text: released + matcher.flush(), matched: false };
}

describe('StopMatcher', () => {
  it('finds a stop string over the borders of pieces and releases nothing of it', () => {
    const matcher = new StopMatcher(['END']);
    expect(matcher.push('so E')).toEqual({ text: 'so ', matched: false });
    expect(matcher.push('N')).toEqual({ text: '', matched: false });
    expect(matcher.push('D!')).toEqual({ text: '', matched: true });
  });

  it('releases what turned out not to be one', () => {
    const matcher = new StopMatcher(['END']);
    expect(matcher.push('EN')).toEqual({ text: '', matched: false });
    expect(matcher.push('ENx')).toEqual({ text: 'ENENx', matched: false });
  });

  it('does nothing without stop strings', () => {
    expect(new StopMatcher(['']).push('abc')).toEqual({ text: 'abc', matched: false });
  });

  it('one character at a time, it ends at the first stop string to be complete', () => {
    fc.assert(
      fc.property(text, stops, (whole, words) => {
        const { text: released, matched } = run([...whole], words);
        expect(matched).toBe(words.some((word) => whole.includes(word)));
        expect(whole.startsWith(released)).toBe(true);
        expect(words.some((word) => released.includes(word))).toBe(false);
      }),
    );
  });

  it('with one stop string it does what a reader of the whole text would do, however the text is cut', () => {
    const one = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(text, one, fc.array(fc.nat()), (whole, word, cuts) => {
        expect(run(pieces(whole, cuts), [word])).toEqual(expected(whole, [word]));
      }),
    );
  });

  it('never loses or adds text when nothing matches', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (whole, cuts) => {
        expect(run(pieces(whole, cuts), ['xyz', 'ax', 'bcx']).text).toBe(whole);
      }),
    );
  });
});
