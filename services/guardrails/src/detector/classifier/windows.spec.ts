import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Features } from './features.js';
import { windowsOf } from './windows.js';

function featuresOf(words: readonly number[]): Features {
  const before = [0];
  for (const count of words) before.push(before.at(-1)! + count);
  const wordsBefore = Uint32Array.from(before);
  const nothing = new Uint32Array();
  return {
    hashes: nothing,
    firstHash: nothing,
    starts: nothing,
    ends: nothing,
    segments: words.length,
    wordsBefore,
    next: 0,
  };
}

describe('windowsOf', () => {
  it('takes the longest run of segments that fits, and leaves out what is inside the one before', () => {
    expect([...windowsOf(featuresOf([3, 4, 5, 2]), 9)]).toEqual([
      { first: 0, end: 2 },
      { first: 1, end: 3 },
      { first: 2, end: 4 },
    ]);
    expect([...windowsOf(featuresOf([3, 4]), 100)]).toEqual([{ first: 0, end: 2 }]);
  });

  it('gives a segment that is too long a window of its own', () => {
    expect([...windowsOf(featuresOf([50, 2]), 9)]).toEqual([
      { first: 0, end: 1 },
      { first: 1, end: 2 },
    ]);
  });

  it('covers every segment, never goes back, and holds no more words than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        (words, size) => {
          const features = featuresOf(words);
          let end = 0;
          let first = -1;
          for (const window of windowsOf(features, size)) {
            expect(window.first).toBeGreaterThan(first);
            expect(window.first).toBeLessThanOrEqual(end);
            expect(window.end).toBeGreaterThan(end);
            const held = features.wordsBefore[window.end]! - features.wordsBefore[window.first]!;
            if (window.end - window.first > 1) expect(held).toBeLessThanOrEqual(size);
            ({ first, end } = window);
          }
          expect(end).toBe(words.length);
        },
      ),
    );
  });
});
