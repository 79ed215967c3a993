import { describe, expect, it } from 'vitest';
import type { IncomingRecord } from '../wire/record.js';
import { Assignment } from './assignment.js';

const limits = { concurrency: 4, order: 'key' as const, maxRecords: 10, maxBytes: 1000 };
const place = { topic: 't', partition: 1 };
const recordAt = (offset: number, key: string): IncomingRecord => ({
  ...place,
  offset: String(offset),
  timestamp: 0,
  key: Buffer.from(key),
  value: null,
  headers: {},
});

/** Adds a record whose delivery ends when it is told to. */
function held(assignment: Assignment, offset: number, key: string): (finished: boolean) => void {
  let end: (finished: boolean) => void = () => undefined;
  const delivered = new Promise<boolean>((resolve) => (end = resolve));
  assignment.window.tryTake(1);
  assignment.add(recordAt(offset, key), () => delivered);
  return end;
}
const commitOf = (offset: number) => [{ topic: 't', partitions: [{ partition: 1, offset: String(offset) }] }];
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Assignment', () => {
  it('commits up to the first record that is not finished', async () => {
    const assignment = new Assignment([place], limits);
    const [first, second] = [held(assignment, 5, 'a'), held(assignment, 6, 'b')];
    second(true);
    await turn();
    expect(assignment.uncommitted()).toEqual(commitOf(5));
    first(true);
    await turn();
    expect(assignment.uncommitted()).toEqual(commitOf(7));
    assignment.committed(commitOf(7));
    expect(assignment.uncommitted()).toEqual([]);
    expect(assignment.finishedUpTo(place)).toBe(7);
  });

  it('does not commit what was given up', async () => {
    const assignment = new Assignment([place], limits);
    held(assignment, 5, 'a')(false);
    held(assignment, 6, 'b')(true);
    await turn();
    expect(assignment.uncommitted()).toEqual(commitOf(5));
    expect(assignment.window.records).toBe(0);
  });

  it('delivers records of one key in parallel when their order does not matter', () => {
    const started = (order: 'key' | 'none') => {
      const assignment = new Assignment([place], { ...limits, order });
      let count = 0;
      for (const offset of [5, 6, 7]) {
        assignment.window.tryTake(1);
        assignment.add(recordAt(offset, 'a'), () => new Promise(() => (count += 1)));
      }
      return count;
    };
    expect(started('key')).toBe(1);
    expect(started('none')).toBe(3);
  });

  it('drains what runs and drops what waits', async () => {
    const assignment = new Assignment([place], limits);
    const first = held(assignment, 5, 'a');
    held(assignment, 6, 'a');
    const drained = assignment.drain(10_000);
    first(true);
    await drained;
    expect(assignment.signal.aborted).toBe(false);
    expect(assignment.uncommitted()).toEqual(commitOf(6));
  });

  it('stops waiting for a handler after the time, and tells it', async () => {
    const assignment = new Assignment([place], limits);
    held(assignment, 5, 'a');
    await assignment.drain(1);
    expect(assignment.signal.aborted).toBe(true);
    expect(assignment.uncommitted()).toEqual(commitOf(5));
  });

  it('ignores a record that was fetched twice and gives its room back', async () => {
    const assignment = new Assignment([place], limits);
    held(assignment, 5, 'a')(true);
    await turn();
    const before = assignment.window.records;
    held(assignment, 5, 'a');
    expect(assignment.window.records).toBe(before);
  });
});
