import { describe, expect, it } from 'vitest';
import { plainTicket } from './demands.js';
import { between, nextArrivalMs, seededRandom } from './random.js';
import { SMALL_ENGINE, VirtualEngine, type Job } from './virtual-engine.js';
import { arrivalsOf } from './workload.js';

const steady = { ...SMALL_ENGINE, jitter: 0 };
const job = (id: number, promptLeft: number, outputLeft: number): Job => ({
  ticket: plainTicket(id),
  promptLeft,
  outputLeft,
  again: 0,
});

describe('VirtualEngine', () => {
  it('evaluates a prompt in slices, and the first token with the last of them', () => {
    const engine = new VirtualEngine(steady, seededRandom(1));
    const one = job(1, 300, 2);
    engine.add(one);
    const steps = [engine.step(), engine.step(), engine.step()].map(({ step }) => step);
    expect(steps).toEqual([
      { promptTokens: 256, sampledTokens: 0, durationMs: 7 + 256 * 0.9 },
      { promptTokens: 44, sampledTokens: 1, durationMs: 7 + 44 * 0.9 + 4.3 },
      { promptTokens: 0, sampledTokens: 1, durationMs: 7 + 4.3 },
    ]);
    expect([one.promptLeft, one.outputLeft]).toEqual([0, 0]);
  });

  it('serves decodes first and small slices of the prompts beside them, in the order in which they came', () => {
    const engine = new VirtualEngine(steady, seededRandom(1));
    const jobs = [job(1, 0, 5), job(2, 40, 5), job(3, 40, 5)];
    for (const one of jobs) engine.add(one);
    const { served, step } = engine.step();
    expect(served.map(({ job: { ticket }, prompt, output }) => [ticket.id, prompt, output])).toEqual([
      [1, 0, 1],
      [2, 40, 1],
      [3, 24, 0],
    ]);
    expect(step).toMatchObject({ promptTokens: 64, sampledTokens: 2 });
  });

  it('varies its steps by its jitter, the same for the same seed', () => {
    const durations = (seed: number) => {
      const engine = new VirtualEngine(SMALL_ENGINE, seededRandom(seed));
      engine.add(job(1, 0, 1_000));
      return Array.from({ length: 50 }, () => engine.step().step.durationMs);
    };
    expect(durations(3)).toEqual(durations(3));
    expect(durations(3)).not.toEqual(durations(4));
    for (const ms of durations(5)) expect(Math.abs(ms / 11.3 - 1)).toBeLessThanOrEqual(0.1 + 1e-9);
  });
});

describe('arrivalsOf', () => {
  it('comes as often and is as large as the load says, in the order of time', () => {
    const load = { tenant: 'a', perSecond: 20, promptTokens: [5, 9], outputTokens: [1, 3], cancelShare: 0.5 } as const;
    const arrivals = arrivalsOf([load, { ...load, tenant: 'b', fromMs: 50_000 }], 100_000, seededRandom(2));
    expect(arrivals.length / 3_000).toBeCloseTo(1, 1);
    expect(arrivals.map(({ at }) => at)).toEqual(arrivals.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(arrivals.every(({ promptTokens }) => promptTokens >= 5 && promptTokens <= 9)).toBe(true);
    expect(arrivals.filter(({ cancelAt }) => cancelAt !== undefined).length / arrivals.length).toBeCloseTo(0.5, 1);
    expect(arrivals.find(({ tenant }) => tenant === 'b')?.at).toBeGreaterThan(50_000);
  });

  it('uses a random source that is even', () => {
    const random = seededRandom(9);
    const rolls = Array.from({ length: 6_000 }, () => between(random, [1, 6]));
    for (let face = 1; face <= 6; face++)
      expect(rolls.filter((roll) => roll === face).length / 1_000).toBeCloseTo(1, 0);
    const gaps = Array.from({ length: 5_000 }, () => nextArrivalMs(random, 10));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / 5_000 / 100).toBeCloseTo(1, 1);
  });
});
