import { afterEach, describe, expect, it, vi } from 'vitest';
import { Batching, type ItemOutcome } from './batching.js';

const square = (item: number): ItemOutcome<number> =>
  item < 0 ? { ok: false, error: new RangeError(`no ${item}`) } : { ok: true, value: item * item };

function recording(run: (items: readonly number[]) => Promise<readonly ItemOutcome<number>[]>, splitOn = () => true) {
  const batches: (readonly number[])[] = [];
  const batching = new Batching<number, number>({
    maxItems: 4,
    splitOn,
    run: (items) => {
      batches.push(items);
      return run(items);
    },
  });
  return { batches, batching };
}

describe('Batching', () => {
  it('runs together what comes in one turn or during a batch, at most so many', async () => {
    const { batches, batching } = recording(async (items) => items.map(square));
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map((item) => batching.add(item)));
    expect(results).toEqual([1, 4, 9, 16, 25, 36]);
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('keeps callers together that go on as soon as they are answered', async () => {
    const { batches, batching } = recording(async (items) => items.map(square));
    const caller = async (first: number) => {
      for (let turn = 0; turn < 3; turn++) await batching.add(first + turn * 10);
    };
    await Promise.all([1, 2, 3].map(caller));
    expect(batches).toEqual([
      [1, 2, 3],
      [11, 12, 13],
      [21, 22, 23],
    ]);
  });

  it('fails single items without the others', async () => {
    const { batching } = recording(async (items) => items.map(square));
    const results = await Promise.allSettled([1, -2, 3].map((item) => batching.add(item)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('tries a failed batch item by item', async () => {
    const { batches, batching } = recording(async (items) => {
      if (items.includes(13)) throw new RangeError('thirteen');
      return items.map(square);
    });
    const results = await Promise.allSettled([1, 2, 13, 3].map((item) => batching.add(item)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(batches).toEqual([[1, 2, 13, 3], [1], [2], [13], [3]]);
  });

  it('fails the batch as a whole where trying again is useless, and goes on with the next', async () => {
    let down = true;
    const attempt = async (items: readonly number[]) => {
      if (down) throw new RangeError('down');
      return items.map(square);
    };
    const { batches, batching } = recording(attempt, () => false);
    const results = await Promise.allSettled([1, 2, 3].map((item) => batching.add(item)));
    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    expect(batches).toEqual([[1, 2, 3]]);
    down = false;
    expect(await batching.add(5)).toBe(25);
  });

  it('lets a batch that is not full linger for others', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const batches: (readonly number[])[] = [];
    const batching = new Batching<number, number>({
      maxItems: 4,
      lingerMs: 50,
      splitOn: () => false,
      run: async (items) => {
        batches.push(items);
        return items.map(square);
      },
    });
    const first = batching.add(1);
    await new Promise(setImmediate);
    const second = batching.add(2);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
    expect(await Promise.all([first, second])).toEqual([1, 4]);
    expect(batches).toEqual([[1, 2]]);
  });
});

afterEach(() => void vi.useRealTimers());
