import type { EngineState } from '@weir/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCandidate } from '../../test/sample-run.js';
import { pick, type Situation } from './picker.js';

const candidate = (deploymentId: string, weight = 1) => ({ ...sampleCandidate, deploymentId, weight });
const situation = (states: Record<string, EngineState['state']> = {}, extra: Partial<Situation> = {}): Situation => ({
  stateOf: (id) => (states[id] ? { state: states[id], breaker: 'closed', reported_at: 0 } : undefined),
  tried: new Set(),
  now: 1_000,
  ...extra,
});
const three = [candidate('a', 1), candidate('b', 2), candidate('c', 7)];

describe('pick', () => {
  it.each([
    [0, 'a'],
    [0.099, 'a'],
    [0.1, 'b'],
    [0.299, 'b'],
    [0.3, 'c'],
    [0.999, 'c'],
  ])('divides by weight: %d → %s', (point, id) => {
    expect(pick(three, situation(), () => point)?.deploymentId).toBe(id);
  });

  it('keeps to the shares over many picks', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 1_000; index += 1) {
      const id = pick(three, situation(), () => index / 1_000)?.deploymentId ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect([counts.get('a'), counts.get('b'), counts.get('c')]).toEqual([100, 200, 700]);
  });

  it.each([
    ['failed', 'a'],
    ['open', 'a'],
    ['unloaded', 'a'],
    ['loading', 'a'],
    ['restarting', 'a'],
    ['ready', 'b'],
  ] as const)('prefers what is not %s', (state, id) => {
    expect(pick([candidate('a'), candidate('b')], situation({ b: state }), () => 0.9)?.deploymentId).toBe(id);
  });

  it('prefers what loads to what is broken, and what is broken to nothing', () => {
    const pair = [candidate('a'), candidate('b')];
    expect(pick(pair, situation({ a: 'failed', b: 'loading' }), () => 0)?.deploymentId).toBe('b');
    expect(pick(pair, situation({ a: 'failed', b: 'open' }), () => 0.9)?.deploymentId).toBe('b');
  });

  it('leaves alone who was isolated by hand, and gives a breaker that probes its requests', () => {
    const pair = [candidate('a'), candidate('b')];
    const reported = (breaker: EngineState['breaker']) =>
      situation(
        {},
        {
          now: 600_000,
          stateOf: (id) => (id === 'a' ? { state: 'open', breaker, reported_at: 0 } : undefined),
        },
      );
    expect(pick(pair, reported('isolated'), () => 0)?.deploymentId).toBe('b');
    expect(pick(pair, { ...reported('half_open'), now: 0 }, () => 0)?.deploymentId).toBe('a');
  });

  it('tries an open breaker again after a while, since only a request can close it', () => {
    const pair = [candidate('a'), candidate('b')];
    const open = { a: 'open' as const };
    expect(pick(pair, situation(open, { now: 14_999 }), () => 0)?.deploymentId).toBe('b');
    expect(pick(pair, situation(open, { now: 15_000 }), () => 0)?.deploymentId).toBe('a');
  });

  it('never gives what was tried', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 6 });
    const point = fc.double({ min: 0, max: 0.999999, noNaN: true });
    fc.assert(
      fc.property(ids, fc.nat(63), point, (all, mask, random) => {
        const tried = new Set(all.filter((_, index) => mask & (1 << index)));
        const found = pick(
          all.map((id) => candidate(id)),
          situation({}, { tried }),
          () => random,
        );
        return found ? !tried.has(found.deploymentId) && all.includes(found.deploymentId) : tried.size === all.length;
      }),
    );
  });
});
