import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckOutcome } from '../decision.js';
import { StreamOutcomes } from './stream-outcomes.js';

const outcome = (more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  ...{ check: 'leak', score: 0.25, threshold: 0.5, status: 'ok', durationUs: 2, degradedTo: '' },
  ...more,
});
const joined = (outcomes: readonly CheckOutcome[]): CheckOutcome[] => {
  const all = new StreamOutcomes();
  for (const each of outcomes) all.add(each);
  return all.all;
};

describe('the runs of a check in a stream', () => {
  it('are one: the highest score, all of the time, and whoever answered instead', () => {
    const runs = [outcome(), outcome({ score: 0.75, durationUs: 3 }), outcome({ degradedTo: 'weak' }), outcome()];
    expect(joined(runs)).toEqual([outcome({ score: 0.75, durationUs: 9, degradedTo: 'weak' })]);
  });

  it.each([
    ['skipped', 'ok', 'ok'],
    ['skipped', 'failed', 'failed'],
    ['ok', 'timed_out', 'timed_out'],
    ['timed_out', 'failed', 'failed'],
    ['skipped', 'skipped', 'skipped'],
  ] as const)('%s and %s are %s, in either order', (one, other, expected) => {
    const runs = [outcome({ status: one }), outcome({ status: other })];
    for (const each of [runs, runs.toReversed()]) expect(joined(each)).toMatchObject([{ status: expected }]);
  });

  it('are told by check and threshold, the same in whatever order they ended', () => {
    const any = fc.record({
      check: fc.constantFrom('a', 'b'),
      threshold: fc.constantFrom(0.25, 0.5),
      score: fc.constantFrom(0, 0.5, 1),
      status: fc.constantFrom('ok', 'failed', 'timed_out', 'skipped'),
      durationUs: fc.nat(9),
      degradedTo: fc.constant(''),
    }) as fc.Arbitrary<CheckOutcome>;
    const shuffled = fc
      .array(any, { maxLength: 8 })
      .chain((runs) => fc.tuple(fc.constant(runs), fc.shuffledSubarray(runs, { minLength: runs.length })));
    fc.assert(
      fc.property(shuffled, ([runs, mixed]) => {
        expect(joined(mixed)).toEqual(joined(runs));
      }),
      { numRuns: 200 },
    );
  });
});
