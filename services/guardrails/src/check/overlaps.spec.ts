import { describe, expect, it } from 'vitest';
import type { DecidedFinding } from './decision.js';
import { inOrder, withoutCovered } from './overlaps.js';

const finding = (detector: string, start: number, end: number, more: Partial<DecidedFinding> = {}) =>
  ({ detector, start, end, path: 'a', action: 'mask', score: 1, shadow: false, ...more }) as DecidedFinding;
const ids = (findings: readonly DecidedFinding[]) => withoutCovered(findings).map(({ detector }) => detector);

describe('withoutCovered', () => {
  it('keeps the surest of equal spans, and of equally sure ones the first by name', () => {
    expect(ids([finding('b', 0, 9), finding('a', 0, 9), finding('c', 0, 9, { score: 0.4 })])).toEqual(['a']);
    expect(ids([finding('a', 0, 9, { score: 0.4 }), finding('b', 0, 9)])).toEqual(['b']);
  });

  it('drops what lies inside of another one, unless it is surer', () => {
    expect(ids([finding('inner', 2, 5), finding('outer', 0, 9)])).toEqual(['outer']);
    expect(ids([finding('inner', 2, 5), finding('outer', 0, 9, { score: 0.6 })])).toEqual(['outer', 'inner']);
  });

  it('keeps what overlaps, stands elsewhere, or is treated otherwise', () => {
    expect(ids([finding('a', 0, 5), finding('b', 3, 9)])).toEqual(['a', 'b']);
    expect(ids([finding('a', 0, 9), finding('b', 2, 5, { path: 'b' })])).toEqual(['a', 'b']);
    expect(ids([finding('a', 0, 9), finding('b', 2, 5, { action: 'block' })])).toEqual(['a', 'b']);
    expect(ids([finding('a', 0, 9, { shadow: true }), finding('b', 2, 5)])).toEqual(['a', 'b']);
  });
});

describe('inOrder', () => {
  it('sorts by path and place, longer and surer ones first, whatever the order was', () => {
    const sorted = [
      finding('a', 0, 9),
      finding('b', 0, 5),
      finding('a', 0, 5, { score: 0.5 }),
      finding('b', 0, 5, { score: 0.5 }),
      finding('a', 2, 3),
      finding('a', 0, 1, { path: 'b' }),
    ];
    expect(inOrder(sorted.toReversed())).toEqual(sorted);
    expect(inOrder([...sorted.slice(3), ...sorted.slice(0, 3)])).toEqual(sorted);
  });
});
