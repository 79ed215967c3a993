import { describe, expect, it } from 'vitest';
import { WORD } from '../../pattern/char-set.js';
import { CoveredText } from './covered-text.js';
import type { Match } from '../detector-slot.js';
import { detector } from '../sample-plan.fixture.js';

const FIXED = detector('fixed', 'a');
const TAILED = detector('tailed', 'b', { tail: WORD });

const match = (spec: Match['detector'], start: number, end: number) => ({
  detector: spec,
  start,
  end,
  value: 'x',
  score: 1,
});

describe('CoveredText', () => {
  it('reaches as far as the value that reaches furthest', () => {
    const covered = new CoveredText();
    expect(covered.end).toBe(0);
    for (const [start, end] of [
      [2, 9],
      [3, 5],
    ] as const)
      covered.add(match(FIXED, start, end));
    expect(covered.end).toBe(9);
    covered.add(match(TAILED, 4, 12));
    covered.add(match(TAILED, 5, 7));
    expect(covered.end).toBe(12);
  });

  it('grows with the tails', () => {
    const covered = new CoveredText();
    const growing = match(TAILED, 0, 3);
    covered.add(match(TAILED, 0, 2));
    covered.add(growing);
    growing.end = 40;
    expect(covered.end).toBe(40);
  });

  it('forgets what ends before an offset, and nothing that ends there', () => {
    const covered = new CoveredText();
    covered.add(match(FIXED, 0, 10));
    covered.add(match(TAILED, 0, 8));
    covered.forgetBefore(8);
    expect(covered.end).toBe(10);
    covered.forgetBefore(11);
    expect(covered.end).toBe(0);
    covered.add(match(FIXED, 0, 12));
    covered.clear();
    expect(covered.end).toBe(0);
  });
});
