import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetTracker } from './offset-tracker.js';

/** What the class promises, said the slow way. */
function lowestUnfinished(added: readonly number[], finished: ReadonlySet<number>): number | undefined {
  const open = added.filter((offset) => !finished.has(offset));
  const last = added.at(-1);
  return open.length > 0 ? Math.min(...open) : last === undefined ? undefined : last + 1;
}

describe('OffsetTracker', () => {
  it('never lets a commit pass a record that is not finished, in whatever order they finish', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.infiniteStream(fc.nat()), (steps, picks) => {
        const tracker = new OffsetTracker();
        const added: number[] = [];
        const finished = new Set<number>();
        let offset = 0;
        for (const step of steps) {
          offset += step;
          expect(tracker.add(offset)).toBe(true);
          added.push(offset);
          const pick = picks.next().value ?? 0;
          const open = added.filter((one) => !finished.has(one));
          if (pick % 2 === 0) continue;
          const done = open[pick % open.length]!;
          finished.add(done);
          tracker.finish(done);
          expect(tracker.finishedUpTo).toBe(lowestUnfinished(added, finished));
        }
        for (const one of added) tracker.finish(one);
        expect(tracker.finishedUpTo).toBe(offset + 1);
        expect(tracker.unfinished).toBe(0);
      }),
    );
  });

  it('refuses an offset that it saw before', () => {
    const tracker = new OffsetTracker();
    expect(tracker.add(7)).toBe(true);
    expect(tracker.add(7)).toBe(false);
    expect(tracker.add(3)).toBe(false);
    expect(tracker.add(9)).toBe(true);
  });

  it('has something to commit only when the answer changed', () => {
    const tracker = new OffsetTracker();
    expect(tracker.uncommitted()).toBeUndefined();
    tracker.add(4);
    expect(tracker.uncommitted()).toBe(4);
    tracker.committed(4);
    expect(tracker.uncommitted()).toBeUndefined();
    tracker.finish(4);
    expect(tracker.uncommitted()).toBe(5);
    expect(tracker.position).toBe(5);
  });
});
