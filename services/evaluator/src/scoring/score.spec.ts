import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tally, type ItemOutcome } from './score.js';

function tallyOf(counts: Partial<Record<ItemOutcome, number>>): Tally {
  const tally = new Tally();
  for (const [outcome, count] of Object.entries(counts)) {
    for (let index = 0; index < count; index++) tally.add('exact_match', outcome as ItemOutcome);
  }
  return tally;
}

describe('a score', () => {
  it('is the mean with the standard error of the mean', () => {
    const [score] = tallyOf({ correct: 3, wrong: 1, unparsable: 1 }).scores();
    expect(score).toMatchObject({ metric: 'exact_match', value: 0.6, samples: 5 });
    expect(score?.standardError).toBeCloseTo(Math.sqrt((0.6 * 0.4) / 4), 12);
  });

  it('has the standard error that the sample standard deviation gives', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (correct, wrong) => {
        fc.pre(correct + wrong > 1);
        const values = [...Array(correct).fill(1), ...Array(wrong).fill(0)] as number[];
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
        const [score] = tallyOf({ correct, wrong }).scores();
        expect(score?.standardError).toBeCloseTo(Math.sqrt(variance / values.length), 10);
      }),
    );
  });

  it('of one answer has no error to tell, of none is not there', () => {
    expect(tallyOf({ correct: 1 }).scores()).toEqual([
      { metric: 'exact_match', value: 1, standardError: 0, samples: 1 },
    ]);
    expect(tallyOf({ failed: 5 }).scores()).toEqual([]);
  });

  it('leaves out items without an answer, which the threshold counts as wrong', () => {
    const tally = tallyOf({ correct: 4, failed: 4 });
    expect(tally.scores()[0]).toMatchObject({ value: 1, samples: 4 });
    expect(tally).toMatchObject({ done: 8, failed: 4 });
    expect(tally.passes(0.5)).toBe(true);
    expect(tally.passes(0.51)).toBe(false);
  });

  it('of every metric must reach the threshold', () => {
    const tally = tallyOf({ correct: 9, wrong: 1 });
    tally.add('multiple_choice', 'wrong');
    expect(tally.passes(0.5)).toBe(false);
    expect(tally.scores().map(({ metric }) => metric)).toEqual(['exact_match', 'multiple_choice']);
  });
});
