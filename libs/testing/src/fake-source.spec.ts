import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeSource } from './fake-source.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('fakeSource', () => {
  it('stands still until it is moved, and moves both clocks', () => {
    const source = fakeSource({ now: 1_000 });
    expect([source.now(), source.now(), source.monotonic()]).toEqual([1_000, 1_000, 0]);
    source.advance(250);
    expect([source.now(), source.monotonic()]).toEqual([1_250, 250]);
  });

  it('repeats everything with the same seed and nothing with another', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (left, right) => {
        const draw = (seed: number) => {
          const source = fakeSource({ now: 0, seed });
          return [source.uuid(), source.random(), source.uuid()];
        };
        expect(draw(left)).toEqual(draw(left));
        fc.pre(left !== right);
        expect(draw(left)).not.toEqual(draw(right));
      }),
    );
  });

  it('gives numbers in [0, 1) and ids that carry the time', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer(), (now, seed) => {
        const source = fakeSource({ now, seed });
        const id = source.uuid();
        expect(id).toMatch(UUID_V7);
        expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(now);
        const number = source.random();
        expect(number >= 0 && number < 1).toBe(true);
      }),
    );
  });
});
