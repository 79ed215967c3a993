import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jain, missOf, worstWaitMs, type Findings } from './findings.js';
import { anything, lentShares, longBeforeShort, play, stepLoad, unevenTenants } from './scenarios.js';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const seed = fc.integer({ min: 1, max: 2 ** 31 });

/** Served tokens of the tenant that sends 20 times as many and 10 times as long requests, over those of the other one. */
function ratio({ served }: Findings): number {
  return (served.get('heavy') ?? 0) / (served.get('light') ?? 0);
}

describe('the scheduler on a virtual clock', () => {
  it('serves two equal tenants equally, though one sends 20 times as many and 10 times as long requests', () => {
    for (const one of seeds(5)) {
      const findings = play(unevenTenants(), 'weir', one);
      expect(ratio(findings)).toBeGreaterThan(0.9);
      expect(ratio(findings)).toBeLessThan(1.1);
      expect(jain([...findings.served.values()])).toBeGreaterThanOrEqual(0.99);
    }
  });

  it('shows that turns and the order of arrival do not', () => {
    expect(ratio(play(unevenTenants(), 'turns', 1))).toBeGreaterThan(10);
    expect(ratio(play(unevenTenants(), 'fifo', 1))).toBeGreaterThan(10);
  });

  it('takes slots from requests that came first and are very long for a tenant that was served far less', () => {
    const weir = play(longBeforeShort(), 'weir', 1);
    expect(Math.max(...(weir.waitMs.get('short') ?? []).slice(0, 20))).toBeLessThan(20_000);
    expect([weir.lost, weir.doubled]).toEqual([0, 0]);
    const turns = play(longBeforeShort(), 'turns', 1);
    expect(weir.served.get('short')).toBeGreaterThan(3 * (turns.served.get('short') ?? 0));
  });

  it('loses nothing, ends everything once, and commits no more than it has, whatever comes', () => {
    fc.assert(
      fc.property(seed, (one) => {
        const scenario = anything(one);
        const { slots, maxQueue, maxQueuedTokens, maxWaitMs } = scenario.limits;
        const findings = play(scenario, 'weir', one);
        const dropped = [...findings.dropped.values()].reduce((sum, count) => sum + count, 0);
        expect([findings.lost, findings.doubled]).toEqual([0, 0]);
        expect(findings.completed + findings.cancelled + dropped).toBe(findings.submitted);
        expect(findings.mostRunning).toBeLessThanOrEqual(slots);
        expect(findings.mostWaiting).toBeLessThanOrEqual(maxQueue);
        if (maxQueuedTokens > 0) expect(findings.mostWaitingTokens).toBeLessThanOrEqual(maxQueuedTokens);
        expect(worstWaitMs(findings)).toBeLessThanOrEqual(maxWaitMs + 250);
      }),
      { numRuns: 100 },
    );
  });

  it('counts no token twice that is evaluated again after parking', () => {
    const findings = play({ ...lentShares(1), untilMs: 20_000 }, 'weir', 1);
    expect(findings.completedTokens).toBeGreaterThan(1_000);
    expect(findings.tokens).toBe(findings.completedTokens);
  });

  it('gives a lent slot back within a second', () => {
    const waits = seeds(6).flatMap((one) => [...(play(lentShares(one), 'weir', one).waitMs.get('owner') ?? [])]);
    expect(waits.length).toBeGreaterThan(15);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000);
  });

  it('tells the time to come back with an error of at most 30 % after a step of the load', () => {
    const misses = seeds(40).flatMap((one) => play(stepLoad(one), 'weir', one).retries.map(missOf));
    const good = misses.filter((miss) => miss <= 0.3).length / misses.length;
    const plain = seeds(40).flatMap((one) => play(stepLoad(one), 'fifo', one).retries.map(missOf));
    expect(misses.length).toBeGreaterThanOrEqual(40);
    expect(good).toBeGreaterThanOrEqual(0.9);
    expect(plain.filter((miss) => miss <= 0.3).length / plain.length).toBeLessThan(good);
  });

  it('gives the same findings for the same seed', () => {
    expect(play(anything(5), 'weir', 5)).toEqual(play(anything(5), 'weir', 5));
  });
});
