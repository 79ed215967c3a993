import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutConflicts, withoutDuplicates, type PlacedEntity } from './overlaps.js';

const entity = (entity_type: string, start: number, end: number, score = 1): PlacedEntity => {
  return { entity_type, start, end, score };
};
const place = ({ entity_type, start, end }: PlacedEntity) => `${entity_type} ${start}-${end}`;
const anything = fc.array(
  fc.record({
    entity_type: fc.constantFrom('A', 'B', 'C'),
    start: fc.nat({ max: 30 }),
    length: fc.integer({ min: 1, max: 12 }),
    score: fc.constantFrom(0.3, 0.5, 1),
  }),
  { maxLength: 12 },
);
const entities = anything.map((list) =>
  list.map(({ start, length, ...rest }): PlacedEntity => ({ ...rest, start, end: start + length })),
);
const solid = (start: number, end: number) => 'x'.repeat(end - start);

describe('withoutDuplicates', () => {
  it.each([
    ['a contained one of one kind goes', [entity('A', 0, 10), entity('A', 2, 5)], ['A 0-10']],
    ['a surer one inside stays', [entity('A', 0, 10, 0.3), entity('A', 2, 5)], ['A 0-10', 'A 2-5']],
    ['other kinds stay', [entity('A', 0, 10), entity('B', 2, 5)], ['A 0-10', 'B 2-5']],
    ['overlapping ones stay', [entity('A', 0, 5), entity('A', 3, 8)], ['A 0-5', 'A 3-8']],
    ['of the same place one stays', [entity('A', 0, 5, 0.4), entity('A', 0, 5)], ['A 0-5']],
  ])('%s', (_, found, expected) => {
    expect(withoutDuplicates(found).map(place)).toEqual(expected);
  });

  it('leaves none that a surer one of its kind contains', () => {
    fc.assert(
      fc.property(entities, (found) => {
        const kept = withoutDuplicates(found);
        for (const one of kept) {
          for (const other of kept) {
            if (one === other || one.entity_type !== other.entity_type || one.score < other.score) continue;
            expect(one.start <= other.start && other.end <= one.end).toBe(false);
          }
        }
      }),
    );
  });

  it('looks at many values without comparing all of them', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => entity('A', index * 3, index * 3 + 2));
    expect(withoutDuplicates(many)).toHaveLength(50_000);
  });
});

describe('withoutConflicts', () => {
  it.each([
    ['equal kinds that overlap become one', [entity('A', 0, 5), entity('A', 3, 8)], ['A 0-8']],
    ['the containing one wins, however sure', [entity('A', 0, 10, 0.3), entity('B', 2, 5)], ['A 0-10']],
    ['of the same place the surer one wins', [entity('A', 0, 5, 0.4), entity('B', 0, 5)], ['B 0-5']],
    ['what else overlaps ends where the next begins', [entity('A', 0, 5), entity('B', 3, 8)], ['A 0-3', 'B 3-8']],
  ])('%s', (_, found, expected) => {
    expect(withoutConflicts(found, solid).map(place)).toEqual(expected);
  });

  it('joins equal kinds with only spaces in between', () => {
    const text = 'Ada   King Lovelace';
    const slice = (start: number, end: number) => text.slice(start, end);
    const names = [entity('A', 0, 3), entity('A', 6, 10), entity('B', 11, 19)];
    expect(withoutConflicts(names, slice).map(place)).toEqual(['A 0-10', 'B 11-19']);
  });

  it('covers what was found, each place once', () => {
    fc.assert(
      fc.property(entities, (found) => {
        const kept = withoutConflicts(found, solid);
        const covered = (list: readonly PlacedEntity[]) =>
          [
            ...new Set(list.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at))),
          ].sort((one, other) => one - other);
        expect(covered(kept)).toEqual(covered(found));
        kept.slice(1).forEach(({ start }, index) => expect(start).toBeGreaterThanOrEqual(kept[index]?.end ?? 0));
      }),
    );
  });
});
