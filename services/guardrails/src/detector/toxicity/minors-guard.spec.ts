import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorsScore } from './minors-guard.js';

const CHILDREN = [
  'a child',
  'an underage girl',
  'the minors',
  'a 12 year old',
  'a 9yo',
  'aged 15',
  'two teenagers',
  'a schoolboy',
];
const GROWN_UPS = [
  'an adult',
  'a 30 year old',
  'a 21-year-old',
  'two women',
  'the kidney',
  'a childless couple',
  'aged 18',
];

describe('minorsScore', () => {
  it.each(CHILDREN)('raises a sexual passage with %s above its own score', (who) => {
    expect(minorsScore(`a story about ${who}`, 0.4)).toBeGreaterThan(0.5);
    expect(minorsScore(`a story about ${who}`, 0.97)).toBe(0.97);
  });

  it.each(GROWN_UPS)('is silent about %s', (who) => {
    expect(minorsScore(`a story about ${who}`, 0.9)).toBe(0);
  });

  it('needs some evidence of sexual content', () => {
    expect(minorsScore('children play in the garden', 0.1)).toBe(0);
  });

  it('stays below the operating point where a text protects children', () => {
    expect(minorsScore('how to report abuse of a child to the police', 0.9)).toBeLessThan(0.5);
  });

  it('never falls while the evidence grows, and stays within 0 and 1', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(score, score, fc.constantFrom(...CHILDREN, 'a child, says the police'), (one, other, who) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(minorsScore(who, low)).toBeLessThanOrEqual(minorsScore(who, high));
        expect(minorsScore(who, high)).toBeLessThanOrEqual(1);
        expect(minorsScore(who, low)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
