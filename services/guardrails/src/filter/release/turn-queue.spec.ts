import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TurnQueue } from './turn-queue.js';

describe('TurnQueue', () => {
  it('gives what it holds by its turn, whatever comes in between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 })), { maxLength: 60 }), (steps) => {
        const queue = new TurnQueue<number>((one, other) => one - other);
        let held: number[] = [];
        for (const step of steps) {
          if (step !== null) {
            queue.add(step);
            held = [...held, step].sort((one, other) => one - other);
          } else {
            queue.removeFirst();
            held = held.slice(1);
          }
          expect([queue.first, queue.size]).toEqual([held[0], held.length]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('asks for few turns, however many things wait', () => {
    let asked = 0;
    const queue = new TurnQueue<number>((one, other) => {
      asked += 1;
      return one - other;
    });
    for (let item = 0; item < 4_096; item++) queue.add((item * 2_654_435_761) % 4_096);
    for (let item = 0; item < 4_096; item++) queue.removeFirst();
    expect(queue.first).toBeUndefined();
    expect(asked).toBeLessThan(4_096 * 3 * 12);
  });

  it('is empty when it was cleared', () => {
    const queue = new TurnQueue<number>((one, other) => one - other);
    queue.add(1);
    queue.clear();
    expect([queue.first, queue.size]).toEqual([undefined, 0]);
  });
});
