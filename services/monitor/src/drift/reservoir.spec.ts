import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reservoirSlots } from './reservoir.js';

const always = (value: number) => () => value;

describe('reservoirSlots', () => {
  it('fills the places in order first', () => {
    const kept = reservoirSlots({ seenBefore: 1, arrivals: 2, slots: 3, keepFirst: false, random: always(0.99) });
    expect([...kept]).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('keeps the first requests of a reference, whatever comes later', () => {
    const kept = reservoirSlots({ seenBefore: 2, arrivals: 5, slots: 3, keepFirst: true, random: always(0) });
    expect([...kept]).toEqual([[2, 0]]);
  });

  it('chooses the same whether requests arrive one by one or together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 40 }),
        fc.nat(20),
        (draws, seenBefore) => {
          const slots = 8;
          const together = { seenBefore, arrivals: draws.length, slots, keepFirst: false };
          // Draws by the number of the request, so that both ways use the same one for the same request.
          const sequence = draws.filter((_, index) => seenBefore + index + 1 > slots);
          const all = reservoirSlots({ ...together, random: () => sequence.shift() ?? 0 });
          const single = new Map<number, number>();
          draws.forEach((draw, index) => {
            const one = reservoirSlots({
              ...together,
              seenBefore: seenBefore + index,
              arrivals: 1,
              random: always(draw),
            });
            for (const slot of one.keys()) single.set(slot, index);
          });
          expect([...all].sort()).toEqual([...single].sort());
        },
      ),
    );
  });

  it('keeps each of many requests about equally often', () => {
    let state = 1;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const hits = new Array<number>(100).fill(0);
    for (let round = 0; round < 2_000; round++) {
      const kept = reservoirSlots({ seenBefore: 0, arrivals: 100, slots: 10, keepFirst: false, random });
      for (const arrival of kept.values()) hits[arrival]! += 1;
    }
    expect(Math.min(...hits)).toBeGreaterThan(120);
    expect(Math.max(...hits)).toBeLessThan(280);
  });
});
