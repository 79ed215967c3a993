import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiSet, runsOf } from '../decoding/runs.js';
import { changedPairs, EDGE, letterIndex, pairBits, pairIndex } from '../letter-pairs.js';
import { UnitText } from '../unit-text.js';

describe('a text written unit by unit', () => {
  it('is what was put, copied, set and dropped, whatever its first size', () => {
    const step = fc.oneof(
      fc.record({ put: fc.nat(0xffff) }),
      fc.record({ copy: fc.string({ unit: 'binary', maxLength: 30 }) }),
      fc.record({ drop: fc.nat(4) }),
      fc.record({ set: fc.nat(0xffff) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(8), (steps, size) => {
        const text = new UnitText(size);
        let expected = '';
        for (const each of steps) {
          if ('put' in each) {
            text.put(each.put);
            expected += String.fromCharCode(each.put);
          } else if ('copy' in each) {
            text.copy(`<${each.copy}>`, 1, 1 + each.copy.length);
            expected += each.copy;
          } else if ('drop' in each) {
            text.drop(each.drop);
            expected = expected.slice(0, Math.max(0, expected.length - each.drop));
          } else if (expected !== '') {
            text.set(0, each.set);
            expected = String.fromCharCode(each.set) + expected.slice(1);
          }
          expect(text.length).toBe(expected.length);
        }
        expect(text.read()).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('knows how long its last character is', () => {
    const lengthAfter = (text: string) => {
      const units = new UnitText();
      units.copy(text, 0, text.length);
      return units.lastCharacter();
    };
    expect(['a', 'a😀', '\ude00', 'a\ud83d', '\ude00\ud83d'].map(lengthAfter)).toEqual([1, 2, 1, 1, 1]);
  });
});

describe('pairs of letters', () => {
  it('know letters of either case, and nothing else', () => {
    expect([...'azAZ'].map((each) => letterIndex(each.charCodeAt(0)))).toEqual([1, 26, 1, 26]);
    for (const each of '@[`{0 é') expect(letterIndex(each.charCodeAt(0)), each).toBe(EDGE);
  });

  it('speak for what is frequent', () => {
    const bits = (pair: string) => pairBits(letterIndex(pair.charCodeAt(0)), letterIndex(pair.charCodeAt(1)));
    expect(bits('th')).toBeGreaterThan(1);
    expect(bits('qu')).toBeGreaterThan(3);
    expect(bits('qz')).toBeLessThan(-5);
    expect(bits(' t')).toBeGreaterThan(bits(' x'));
  });

  it('are sums that no order changes, as far as texts go', () => {
    const pairs = fc.array(fc.tuple(fc.nat(26), fc.nat(26)), { minLength: 1, maxLength: 300 });
    const sum = (all: readonly (readonly [number, number])[]) => all.reduce((bits, [one, other]) => bits + pairBits(one, other), 0); // prettier-ignore
    fc.assert(
      fc.property(pairs, (all) => {
        expect(sum([...all].reverse())).toBe(sum(all));
      }),
      { numRuns: 100 },
    );
  });

  it('keep their places after a change of letters', () => {
    const turned = changedPairs((first, second) => pairBits(second, first));
    fc.assert(
      fc.property(fc.nat(26), fc.nat(26), (first, second) => {
        expect(turned[pairIndex(first, second)]).toBe(pairBits(second, first));
      }),
    );
  });
});

describe('runs of characters', () => {
  const LETTERS = asciiSet(/[a-c]/);

  it('hold only characters of their set, and end where another one stands', () => {
    const piece = fc.constantFrom('a', 'bc', 'abcabcabc', ' ', 'é', '😀', '\x7f', '\0');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (pieces, least) => {
        const text = pieces.join('');
        const expected = [...text.matchAll(new RegExp(`[a-c]{${least},}`, 'g'))];
        expect(runsOf(text, LETTERS, least)).toEqual(
          expected.map(({ 0: run, index }) => ({ start: index, end: index + run.length })),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('cost hardly any reading where there are none', () => {
    const text = 'ab '.repeat(1_000);
    const original = Object.getOwnPropertyDescriptor(String.prototype, 'charCodeAt')!;
    const charCodeAt = original.value as (this: string, at: number) => number;
    let reads = 0;
    const counting = function (this: string, at: number): number {
      reads++;
      return charCodeAt.call(this, at);
    };
    Object.defineProperty(String.prototype, 'charCodeAt', { ...original, value: counting });
    try {
      runsOf(text, LETTERS, 30);
    } finally {
      Object.defineProperty(String.prototype, 'charCodeAt', original);
    }
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThan(text.length / 8);
  });
});
