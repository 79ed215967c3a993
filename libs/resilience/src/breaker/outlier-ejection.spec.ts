import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutlierEjection, type OutlierEjectionOptions } from './outlier-ejection.js';

function group(endpoints: readonly string[], more: Partial<OutlierEjectionOptions> = {}) {
  const clock = { now: 0 };
  const ejection = new OutlierEjection({
    endpoints,
    consecutiveFailures: 3,
    baseEjectMs: 1000,
    capMs: 2500,
    now: () => clock.now,
    random: () => 0,
    ...more,
  });
  const fail = (endpoint: string, times = 3) => {
    for (let time = 0; time < times; time++) ejection.report(endpoint, 'failure');
  };
  return { ejection, clock, fail };
}

describe('OutlierEjection', () => {
  it('ejects after failures in a row, says why and until when, and lets back by time', () => {
    const { ejection, clock, fail } = group(['a', 'b']);
    fail('a', 2);
    ejection.report('a', 'success');
    fail('a', 2);
    ejection.report('a', 'ignore');
    expect(ejection.available()).toEqual(['a', 'b']);
    fail('a', 1);
    expect(ejection.state('a')).toEqual({ ejected: true, reason: '3 failures in a row', until: 1000 });
    expect(ejection.available()).toEqual(['b']);
    clock.now = 1000;
    expect(ejection.state('a')).toEqual({ ejected: false, reason: '' });
    fail('a', 2);
    expect(ejection.available()).toEqual(['a', 'b']);
  });

  it('ejects for a share of failures that never come in a row', () => {
    const { ejection } = group(['a', 'b'], { volume: 10, failurePercent: 50 });
    for (let call = 0; call < 5; call++) {
      ejection.report('a', 'success');
      ejection.report('a', 'failure');
    }
    expect(ejection.state('a').reason).toBe('5 of 10 calls failed');
  });

  it('forgets the share of an old window', () => {
    const { ejection, clock } = group(['a', 'b'], { volume: 4, windowMs: 100 });
    for (const outcome of ['success', 'failure', 'failure'] as const) ejection.report('a', outcome);
    clock.now = 100;
    ejection.report('a', 'success');
    ejection.report('a', 'failure');
    expect(ejection.state('a').ejected).toBe(false);
  });

  it('ejects longer each time up to a cap, and forgives by sound time', () => {
    const { ejection, clock, fail } = group(['a', 'b']);
    const lengths: number[] = [];
    for (let time = 0; time < 4; time++) {
      fail('a');
      const until = ejection.state('a').until ?? 0;
      lengths.push(until - clock.now);
      clock.now = until;
    }
    expect(lengths).toEqual([1000, 2000, 2500, 2500]);
    clock.now += 10_000;
    fail('a');
    expect((ejection.state('a').until ?? 0) - clock.now).toBe(1000);
  });

  it('lets chance take away up to a quarter', () => {
    const { ejection, fail } = group(['a', 'b'], { random: () => 1 });
    fail('a');
    expect(ejection.state('a').until).toBe(750);
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [5, 2],
  ])('of %i endpoints ejects at most %i', (count, most) => {
    const names = Array.from({ length: count }, (_, index) => `e${index}`);
    const { ejection, fail } = group(names);
    for (const name of names) fail(name, 10);
    expect(ejection.available()).toHaveLength(count - most);
  });

  it('keeps one even when all may be ejected', () => {
    const { ejection, fail } = group(['a', 'b'], { maxEjectedPercent: 100 });
    for (const name of ['a', 'b']) fail(name);
    expect(ejection.available()).toEqual(['b']);
  });

  it('ignores what it does not know, and what was under way before an ejection', () => {
    const { ejection, clock, fail } = group(['a', 'b']);
    fail('x');
    fail('a');
    fail('a', 10);
    clock.now = 1000;
    expect(ejection.state('a').ejected).toBe(false);
    expect(ejection.state('x').ejected).toBe(false);
  });

  it('never ejects more than its share, and nobody for ever', () => {
    const outcome = fc.constantFrom('success', 'failure', 'failure', 'ignore');
    const step = fc.record({ endpoint: fc.nat(5), outcome, ms: fc.nat(300), random: fc.double({ min: 0, max: 1 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (count, steps) => {
        const names = Array.from({ length: count }, (_, index) => `e${index}`);
        let random = 0;
        const { ejection, clock } = group(names, { random: () => random });
        for (const next of steps) {
          clock.now += next.ms;
          random = Number.isNaN(next.random) ? 0 : next.random;
          ejection.report(`e${next.endpoint}`, next.outcome as 'success');
          expect(ejection.available().length).toBeGreaterThanOrEqual(Math.max(1, Math.ceil(count / 2)));
          for (const name of names) expect(ejection.state(name).until ?? 0).toBeLessThanOrEqual(clock.now + 2500);
        }
        clock.now += 2500;
        expect(ejection.available()).toEqual(names);
      }),
    );
  });
});
