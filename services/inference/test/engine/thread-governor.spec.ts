import { describe, expect, it } from 'vitest';
import { ThreadGovernor, usableThreads, type ProcessorTimes } from '../../engine/src/thread-governor.js';

const start: ProcessorTimes = { wallMs: 0, idleMs: 0, ownMs: 0 };
const after = (idle: number, own: number) => ({ wallMs: 1_000, idleMs: idle * 1_000, ownMs: own * 1_000 });

describe('usableThreads', () => {
  it.each([
    ['an idle machine', after(2, 0), 2],
    ['its own work alone', after(0.1, 1.9), 2],
    ['a gateway that uses a third of a core', after(0, 1.67), 2],
    ['one busy neighbour', after(0, 1.33), 1],
    ['many busy neighbours', after(0, 0.3), 1],
    ['room again beside one thread', after(1, 1), 2],
  ])('beside %s', (_what, times, threads) => {
    expect(usableThreads(start, times, 2)).toBe(threads);
  });

  it('never takes more than it may', () => {
    expect(usableThreads(start, after(64, 0), 8)).toBe(8);
  });
});

describe('ThreadGovernor', () => {
  it('looks a few times a second only, each time at what happened since', () => {
    let now = 0;
    let idle = 0;
    const applied: number[] = [];
    const times = () => ({ wallMs: now, idleMs: idle, ownMs: 0 });
    const governor = new ThreadGovernor(
      2,
      times,
      () => now,
      (threads) => applied.push(threads),
    );
    governor.tick();
    now = 300;
    governor.tick();
    now = 400;
    governor.tick();
    now = 600;
    idle = 600;
    governor.tick();
    expect(applied).toEqual([1, 1, 2]);
  });
});
