import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY_WORD, CharSet, DIGIT, WORD } from './char-set.js';
import { partition } from './partition.js';

const unit = fc.integer({ min: 0, max: 0xffff });
const ranges = fc.array(fc.tuple(unit, fc.nat(300)), { maxLength: 6 });
const setOf = (list: readonly (readonly [number, number])[]) =>
  CharSet.of(...list.map(([from, length]) => [from, from + length] as const));

describe('CharSet', () => {
  it('holds what its ranges hold', () => {
    fc.assert(
      fc.property(ranges, ranges, unit, (one, other, probe) => {
        const holds = (list: typeof one) => list.some(([from, length]) => from <= probe && probe <= from + length);
        expect(setOf(one).has(probe)).toBe(holds(one));
        expect(setOf(one).complement().has(probe)).toBe(!holds(one));
        expect(setOf(one).union(setOf(other)).has(probe)).toBe(holds(one) || holds(other));
        expect(setOf(one).complement().complement().ranges).toEqual(setOf(one).ranges);
      }),
    );
  });

  it('counts and lists its units', () => {
    const set = CharSet.of([5, 7], [6, 9], [20, 20]);
    expect([...set.units()]).toEqual([5, 6, 7, 8, 9, 20]);
    expect(set.size).toBe(6);
    expect(CharSet.any().size).toBe(0x10000);
    expect(CharSet.of([9, 3]).size).toBe(0);
    expect([...DIGIT.mapped((digit) => digit % 2).units()]).toEqual([0, 1]);
  });

  it('knows letters and digits of every script', () => {
    for (const char of 'aZ9_éЖ漢ก') expect(ANY_WORD.has(char.charCodeAt(0))).toBe(true);
    for (const char of ' -.،\u200b') expect(ANY_WORD.has(char.charCodeAt(0))).toBe(false);
    expect(CharSet.where((code) => WORD.has(code)).ranges).toEqual(WORD.ranges);
  });
});

describe('partition', () => {
  it('tells apart what a set tells apart, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(ranges, { maxLength: 5 }),
        fc.array(unit, { minLength: 2, maxLength: 8 }),
        (lists, probes) => {
          const sets = lists.map(setOf);
          const { partOf, holds } = partition(sets);
          for (const probe of probes) {
            expect(holds.map((bits) => bits[partOf[probe]!] === 1)).toEqual(sets.map((set) => set.has(probe)));
            const alike = sets.every((set) => set.has(probe) === set.has(probes[0]!));
            expect(partOf[probe] === partOf[probes[0]!]).toBe(alike);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
