import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';

const arrivals = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 });

function filled(tenants: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  tenants.forEach((tenant, index) => queue.push(tenant, `${tenant}${index}`));
  return queue;
}

describe('FairQueue', () => {
  it('serves one item of each tenant in turn', () => {
    expect(filled(['a', 'a', 'a', 'b', 'c', 'b']).drain()).toEqual(['a0', 'b3', 'c4', 'a1', 'b5', 'a2']);
  });

  it('serves what came back before all others, in the order of its return', () => {
    const queue = filled(['a', 'b']);
    queue.pushFront('x');
    queue.pushFront('y');
    expect(queue.drain()).toEqual(['x', 'y', 'a0', 'b1']);
    expect(queue.size).toBe(0);
  });

  it('removes an item once, wherever it waits', () => {
    const queue = filled(['a', 'a']);
    queue.pushFront('x');
    expect(queue.remove('a', 'a1')).toBe(true);
    expect(queue.remove('a', 'a1')).toBe(false);
    expect(queue.remove('a', 'x')).toBe(true);
    expect(queue.drain()).toEqual(['a0']);
  });

  it('loses and doubles nothing and keeps the order within a tenant', () => {
    fc.assert(
      fc.property(arrivals, (tenants) => {
        const queue = filled(tenants);
        expect(queue.size).toBe(tenants.length);
        const served = queue.drain();
        expect(served.length).toBe(tenants.length);
        for (const tenant of ['a', 'b', 'c']) {
          const places = served.filter((item) => item.startsWith(tenant)).map((item) => Number(item.slice(1)));
          expect(places).toEqual([...places].sort((x, y) => x - y));
        }
      }),
    );
  });

  it('lets no waiting tenant be passed by more than one item of each other tenant', () => {
    fc.assert(
      fc.property(arrivals, (tenants) => {
        const served = filled(tenants)
          .drain()
          .map((item) => item.slice(0, 1));
        for (const tenant of new Set(served)) {
          let others: string[] = [];
          for (const next of served.slice(0, served.lastIndexOf(tenant) + 1)) {
            if (next === tenant) others = [];
            else others.push(next);
            expect(new Set(others).size).toBe(others.length);
          }
        }
      }),
    );
  });
});
