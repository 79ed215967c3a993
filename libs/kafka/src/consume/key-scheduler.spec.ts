import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyScheduler } from './key-scheduler.js';

describe('KeyScheduler', () => {
  it('keeps the order of each key and the bound of keys at work, whatever takes long', async () => {
    const tasks = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), turns: fc.nat(4), fails: fc.boolean() }),
      {
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(tasks, fc.integer({ min: 1, max: 4 }), async (list, concurrency) => {
        const scheduler = new KeyScheduler(concurrency);
        const ran: { key: string; index: number }[] = [];
        const busy = new Set<string>();
        let most = 0;
        list.forEach(({ key, turns, fails }, index) =>
          scheduler.add(key, async () => {
            expect(busy.has(key)).toBe(false);
            busy.add(key);
            most = Math.max(most, busy.size);
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            busy.delete(key);
            ran.push({ key, index });
            if (fails)
              await Promise.reject(new Error('a task must not reject, and one that does must not stop the others'));
          }),
        );
        await scheduler.idle();
        expect(ran).toHaveLength(list.length);
        expect(most).toBeLessThanOrEqual(concurrency);
        for (const key of ['a', 'b', 'c', 'd']) {
          const order = ran.filter((one) => one.key === key).map((one) => one.index);
          expect(order).toEqual([...order].sort((x, y) => x - y));
        }
      }),
    );
  });

  it('lets keys take turns', async () => {
    const scheduler = new KeyScheduler(1);
    const ran: string[] = [];
    const task = (name: string) => async () => void ran.push(name);
    scheduler.add('a', task('a1'));
    scheduler.add('a', task('a2'));
    scheduler.add('b', task('b1'));
    await scheduler.idle();
    expect(ran).toEqual(['a1', 'b1', 'a2']);
  });

  it('forgets what has not begun', async () => {
    const scheduler = new KeyScheduler(1);
    const ran: string[] = [];
    let finish = () => undefined as void;
    scheduler.add('a', () => new Promise<void>((resolve) => (finish = resolve)));
    scheduler.add('a', async () => void ran.push('a2'));
    scheduler.add('b', async () => void ran.push('b1'));
    scheduler.clear();
    expect(scheduler.running).toBe(1);
    finish();
    await scheduler.idle();
    expect(ran).toEqual([]);
    scheduler.add('b', async () => void ran.push('b2'));
    await scheduler.idle();
    expect(ran).toEqual(['b2']);
  });
});
