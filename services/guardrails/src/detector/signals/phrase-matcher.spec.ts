import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhraseMatcher } from './phrase-matcher.js';

const found = (phrases: readonly string[], text: string) =>
  [...new PhraseMatcher(phrases).matches(text)].map(({ phrase, start }) => `${phrases[phrase]}@${start}`);

describe('phrases', () => {
  it('are found where they overlap and contain each other', () => {
    expect(found(['new york', 'york', 'york city'], 'in new york city')).toEqual([
      'new york@3',
      'york@7',
      'york city@7',
    ]);
  });

  it('are whole words in scripts with spaces, and stand anywhere in others', () => {
    expect(found(['art'], 'part art artful smart')).toEqual(['art@5']);
    expect(found(['кот'], 'который кот')).toEqual(['кот@8']);
    expect(found(['武器'], '买武器吧')).toEqual(['武器@1']);
  });

  it('are those that a search one by one finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 60 });
    const phrase = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(phrase, { minLength: 1, maxLength: 6 }), text, (phrases, searched) => {
        const expected = new Set<string>();
        const inside = (at: number) => /[ab][ab]/.test(searched.slice(Math.max(0, at - 1), at + 1));
        for (const each of phrases)
          for (let at = searched.indexOf(each); at >= 0; at = searched.indexOf(each, at + 1))
            if (!inside(at) && !inside(at + each.length)) expected.add(`${each}@${at}`);
        expect(new Set(found(phrases, searched))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
