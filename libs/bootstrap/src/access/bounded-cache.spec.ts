import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedCache } from './bounded-cache.js';

describe('BoundedCache', () => {
  it('behaves like a list of the last used keys', () => {
    const steps = fc.array(fc.record({ key: fc.nat(9), write: fc.boolean() }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), steps, (capacity, sequence) => {
        const cache = new BoundedCache<number, string>(capacity);
        let model: number[] = [];
        for (const { key, write } of sequence) {
          const known = model.includes(key);
          if (write) cache.set(key, `value ${key}`);
          else expect(cache.get(key)).toBe(known ? `value ${key}` : undefined);
          if (write || known) model = [...model.filter((other) => other !== key), key].slice(-capacity);
          expect(cache.size).toBe(model.length);
        }
      }),
    );
  });

  it('forgets a deleted entry', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });
});
