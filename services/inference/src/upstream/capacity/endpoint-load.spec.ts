import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndpointLoad } from './endpoint-load.js';

function loadAt(start = 0) {
  const clock = { now: start };
  return { clock, load: new EndpointLoad(() => clock.now) };
}

describe('EndpointLoad', () => {
  it('counts what we sent while the server tells nothing', () => {
    const { load } = loadAt();
    const first = load.begin();
    load.begin();
    expect([load.current, load.score, load.hasReport]).toEqual([{ queued: 0, running: 2, kvUsage: 0 }, 2, false]);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(load.score).toBe(1);
  });

  it('adds to a report what was sent or ended since', () => {
    const { load } = loadAt();
    const ours = load.begin();
    load.report({ queued: 2, running: 5, kvUsage: 0.5 });
    expect([load.current, load.score]).toEqual([{ queued: 2, running: 5, kvUsage: 0.5 }, 7]);
    load.begin();
    expect([load.current.running, load.score]).toEqual([6, 8]);
    ours[Symbol.dispose]();
    expect([load.current.running, load.score]).toEqual([5, 7]);
  });

  it('believes a report for six seconds', () => {
    const { clock, load } = loadAt();
    load.report({ queued: 9, running: 9, kvUsage: 1 });
    clock.now = 6_000;
    expect(load.score).toBe(18);
    clock.now = 6_001;
    expect([load.score, load.hasReport]).toEqual([0, false]);
  });

  it('keeps away from what failed just now, until it works or ten seconds went by', () => {
    const { clock, load } = loadAt(50_000);
    load.ended('failure');
    load.ended('failure');
    load.ended('ignore');
    expect(load.score).toBe(2);
    clock.now += 10_000;
    expect(load.score).toBe(0);
    load.ended('failure');
    expect(load.score).toBe(3);
    load.ended('success');
    expect(load.score).toBe(0);
  });

  it('is never below zero, and idle again in the end', () => {
    const step = fc.oneof(fc.constant('begin'), fc.constant('end'), fc.nat(20));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { clock, load } = loadAt();
        const running: Disposable[] = [];
        for (const one of steps) {
          if (one === 'begin') running.push(load.begin());
          else if (one === 'end') running.shift()?.[Symbol.dispose]();
          else if (typeof one === 'number') load.report({ queued: 0, running: one, kvUsage: 0 });
          expect(load.score).toBeGreaterThanOrEqual(running.length === 0 ? 0 : 1);
        }
        for (const one of running) one[Symbol.dispose]();
        clock.now = 60_000;
        expect([load.score, load.current.running]).toEqual([0, 0]);
      }),
    );
  });
});
