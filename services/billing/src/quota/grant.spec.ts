import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideGrant, remainingOf, tightestWindows, type CounterState, type GrantRequest } from './grant.js';
import { DIMENSIONS, NOTHING, UNLIMITED, type Quantities } from './quantities.js';

const NOW = Date.parse('2026-11-23T12:00:10.000Z');

function counter(given: Partial<CounterState> = {}): CounterState {
  return {
    limitId: 'limit-1',
    scope: 'project',
    scopeId: 'project-1',
    dimension: 'requests',
    window: 'minute',
    windowStartMs: NOW - 10_000,
    windowEndMs: NOW + 50_000,
    limit: 60n,
    settled: 0n,
    leased: 0n,
    ...given,
  };
}

function request(need: Partial<Quantities>, want: Partial<Quantities> = need): GrantRequest {
  return { need: { ...NOTHING, ...need }, want: { ...NOTHING, ...want }, nowMs: NOW, ttlMs: 30_000, sliceDivisor: 8n };
}

describe('decideGrant', () => {
  it('grants without bound where no limit applies', () => {
    expect(decideGrant([], request({ requests: 1n }))).toEqual({
      outcome: 'granted',
      granted: { requests: UNLIMITED, tokens: UNLIMITED, money: UNLIMITED },
      ttlMs: 30_000,
      holds: [],
    });
  });

  it('grants what is wanted, at most a slice of what is left', () => {
    const decision = decideGrant([counter({ limit: 800n })], request({ requests: 1n }, { requests: 500n }));
    expect(decision).toMatchObject({ outcome: 'granted', granted: { requests: 100n, tokens: UNLIMITED } });
  });

  it('does not slice a small limit: the reservation itself is granted', () => {
    const decision = decideGrant([counter({ limit: 5n, settled: 2n })], request({ requests: 1n }, { requests: 50n }));
    expect(decision).toMatchObject({ outcome: 'granted', granted: { requests: 1n } });
  });

  it('ends with the shortest window', () => {
    const day = counter({ limitId: 'b', window: 'day', windowEndMs: NOW + 9e6 });
    const decision = decideGrant([day, counter({ windowEndMs: NOW + 1_234 })], request({ requests: 1n }));
    expect(decision).toMatchObject({ outcome: 'granted', ttlMs: 1_234 });
  });

  it('refuses by the limit that keeps the caller waiting longest', () => {
    const minute = counter({ settled: 60n });
    const month = counter({
      limitId: 'm',
      dimension: 'money',
      window: 'month',
      windowEndMs: NOW + 9e8,
      limit: 7n,
      settled: 7n,
    });
    const decision = decideGrant([minute, month], request({ requests: 1n, money: 1n }));
    expect(decision).toEqual({ outcome: 'refused', by: month, retryAfterMs: 9e8 });
  });

  it('says that waiting is useless when the need exceeds the whole limit', () => {
    const decision = decideGrant([counter({ limit: 3n })], request({ requests: 4n }));
    expect(decision).toMatchObject({ outcome: 'refused', retryAfterMs: 0 });
  });

  it('asks for a short wait when only leases are in the way', () => {
    const decision = decideGrant(
      [counter({ window: 'day', windowEndMs: NOW + 9e6, leased: 60n })],
      request({ requests: 1n }),
    );
    expect(decision).toMatchObject({ outcome: 'refused', retryAfterMs: 30_000 });
  });

  const counters = fc.array(
    fc.record({
      dimension: fc.constantFrom(...DIMENSIONS),
      limit: fc.bigInt({ min: 0n, max: 1000n }),
      settled: fc.bigInt({ min: 0n, max: 1000n }),
      leased: fc.bigInt({ min: 0n, max: 1000n }),
    }),
    { maxLength: 9 },
  );
  const amounts = fc.record({
    requests: fc.bigInt({ min: 0n, max: 200n }),
    tokens: fc.bigInt({ min: 0n, max: 200n }),
    money: fc.bigInt({ min: 0n, max: 200n }),
  });

  it('never grants more than any limit has left, never less than the need, and refuses only when a limit is short', () => {
    fc.assert(
      fc.property(counters, amounts, amounts, (states, need, want) => {
        const all = states.map((state, index) => counter({ ...state, limitId: `l${index}` }));
        const decision = decideGrant(all, request(need, want));
        if (decision.outcome === 'refused') {
          expect(remainingOf(decision.by)).toBeLessThan(need[decision.by.dimension]);
          return;
        }
        for (const each of all) {
          const held = decision.holds.find((hold) => hold.limitId === each.limitId)?.amount ?? 0n;
          expect(held).toBeLessThanOrEqual(remainingOf(each));
          expect(held).toBeGreaterThanOrEqual(need[each.dimension]);
          expect(held).toBe(decision.granted[each.dimension]);
        }
      }),
    );
  });
});

describe('tightestWindows', () => {
  it('shows one limit per dimension: the one with the least left', () => {
    const wide = counter({ limitId: 'wide', limit: 1000n });
    const tight = counter({ limitId: 'tight', limit: 100n, leased: 95n });
    const tokens = counter({ limitId: 'tokens', dimension: 'tokens' });
    expect(tightestWindows([wide, tokens, tight]).map((each) => each.limitId)).toEqual(['tight', 'tokens']);
  });
});
