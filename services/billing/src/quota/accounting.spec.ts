import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarWindow, type WindowKind } from './calendar-window.js';
import { decideGrant, type CounterState, type LimitScope } from './grant.js';
import {
  DIMENSIONS,
  eachDimension,
  NOTHING,
  smallest,
  UNLIMITED,
  type Dimension,
  type Quantities,
} from './quantities.js';
import { closeHolds, returnHolds, settleUse, type CounterChange, type HoldState } from './settlement.js';

const TTL_MS = 30_000;
const GRACE_MS = 60_000;

interface Limit {
  readonly id: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly dimension: Dimension;
  readonly window: WindowKind;
  readonly amount: bigint;
}
interface Lease {
  readonly id: string;
  readonly key: number;
  readonly replica: number;
  readonly granted: Quantities;
  readonly endsMs: number;
  reclaimMs: number;
  state: 'open' | 'returned' | 'closed';
  spent: Quantities;
  lost: boolean;
}
interface Spending {
  readonly lease: Lease;
  readonly use: Quantities;
  readonly startedMs: number;
  delivered: boolean;
}

/** Billing's tables in memory, driven by the same decisions as the real ones, with routers that spend and crash. */
class World {
  nowMs = Date.parse('2026-11-23T12:00:00Z');
  readonly counters = new Map<string, { limit: Limit; start: number; settled: bigint; leased: bigint; late: bigint }>();
  readonly holds: HoldState[] = [];
  readonly leases: Lease[] = [];
  readonly spendings: Spending[] = [];
  readonly #limits: readonly Limit[];

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
  }

  acquire(replica: number, key: number, need: Quantities, want: Quantities): void {
    const states = this.#applying(key).map((limit) => this.#state(limit, this.nowMs));
    const decision = decideGrant(states, { need, want, nowMs: this.nowMs, ttlMs: TTL_MS, sliceDivisor: 8n });
    if (decision.outcome === 'refused') return;
    const endsMs = this.nowMs + decision.ttlMs;
    const id = `lease-${this.leases.length}`;
    const { granted } = decision;
    this.leases.push({
      id,
      key,
      replica,
      granted,
      endsMs,
      reclaimMs: endsMs + GRACE_MS,
      state: 'open',
      spent: NOTHING,
      lost: false,
    });
    for (const { amount, ...rest } of decision.holds) {
      this.holds.push({ leaseId: id, ...rest, held: amount, settled: 0n });
      this.#counter(rest.limitId, rest.windowStartMs).leased += amount;
    }
  }

  /** A router spends under a live lease; the event of it travels for a while. */
  spend(index: number, want: Quantities): void {
    const live = this.leases.filter((lease) => this.#live(lease));
    const lease = live[index % Math.max(1, live.length)];
    if (!lease) return;
    const use = eachDimension((dimension) => smallest(want[dimension], this.#left(lease, dimension)));
    lease.spent = eachDimension((dimension) => lease.spent[dimension] + use[dimension]);
    this.spendings.push({ lease, use, startedMs: this.nowMs, delivered: false });
  }

  /** Delivery is at least once: what was delivered before has no effect again. */
  deliver(index: number): void {
    const spending = this.spendings[index % Math.max(1, this.spendings.length)];
    if (!spending || spending.delivered) return;
    spending.delivered = true;
    const holds = this.#holdsOf(spending.lease);
    const others = this.#applying(spending.lease.key)
      .filter((limit) => !holds.some((hold) => hold.limitId === limit.id))
      .map((limit) => this.#inWindow(limit, spending.startedMs));
    this.#apply(settleUse(spending.use, holds, others), spending.lease.state === 'closed');
  }

  giveBack(index: number): void {
    const lease = this.leases[index % Math.max(1, this.leases.length)];
    if (!lease || lease.state !== 'open' || lease.lost) return;
    this.#apply(returnHolds(lease.spent, this.#holdsOf(lease)));
    lease.state = 'returned';
    lease.reclaimMs = this.nowMs + GRACE_MS;
  }

  crash(replica: number): void {
    for (const lease of this.leases) if (lease.replica === replica) lease.lost = true;
  }

  /** Time passes; with `inTime`, every event arrives before its lease is closed. */
  advance(ms: number, inTime: boolean): void {
    this.nowMs += ms;
    for (const lease of this.leases.filter((each) => each.state !== 'closed' && each.reclaimMs <= this.nowMs)) {
      if (inTime) this.spendings.forEach((spending, index) => spending.lease === lease && this.deliver(index));
      this.#apply(closeHolds(this.#holdsOf(lease)));
      lease.state = 'closed';
    }
  }

  /** settled + leased <= limit, and what is truly spent or may still be spent fits as well. */
  check(inTime: boolean): void {
    for (const [key, counter] of this.counters) {
      expect(counter.leased, key).toBeGreaterThanOrEqual(0n);
      expect(counter.settled + counter.leased, key).toBeLessThanOrEqual(counter.limit.amount + counter.late);
      if (inTime) expect(this.#exposure(key, counter.limit.dimension), key).toBeLessThanOrEqual(counter.limit.amount);
    }
  }

  #exposure(key: string, dimension: Dimension): bigint {
    return this.holds
      .filter((hold) => `${hold.limitId}@${hold.windowStartMs}` === key)
      .map((hold) => this.leases.find((lease) => lease.id === hold.leaseId))
      .reduce((sum, lease) => {
        if (!lease) return sum;
        return sum + lease.spent[dimension] + (this.#live(lease) ? this.#left(lease, dimension) : 0n);
      }, 0n);
  }

  #live(lease: Lease): boolean {
    return !lease.lost && lease.state === 'open' && lease.endsMs > this.nowMs;
  }

  #left(lease: Lease, dimension: Dimension): bigint {
    return lease.granted[dimension] === UNLIMITED ? 5n : lease.granted[dimension] - lease.spent[dimension];
  }

  #applying(key: number): Limit[] {
    const ids = { organization: 'o', project: `p${key % 2}`, api_key: `k${key}` };
    return this.#limits.filter((limit) => ids[limit.scope] === limit.scopeId);
  }

  #inWindow(limit: Limit, atMs: number) {
    return { limitId: limit.id, windowStartMs: calendarWindow(limit.window, atMs).startMs, dimension: limit.dimension };
  }

  #state(limit: Limit, atMs: number): CounterState {
    const { startMs, endMs } = calendarWindow(limit.window, atMs);
    const { settled, leased } = this.#counter(limit.id, startMs);
    return {
      ...limit,
      limitId: limit.id,
      limit: limit.amount,
      windowStartMs: startMs,
      windowEndMs: endMs,
      settled,
      leased,
    };
  }

  #counter(limitId: string, start: number) {
    const key = `${limitId}@${start}`;
    const limit = this.#limits.find((each) => each.id === limitId) as Limit;
    const counter = this.counters.get(key) ?? { limit, start, settled: 0n, leased: 0n, late: 0n };
    this.counters.set(key, counter);
    return counter;
  }

  #holdsOf(lease: Lease): HoldState[] {
    return this.holds.filter((hold) => hold.leaseId === lease.id);
  }

  #apply(changes: readonly CounterChange[], late = false): void {
    for (const change of changes) {
      const counter = this.#counter(change.limitId, change.windowStartMs);
      counter.settled += change.settled;
      counter.leased -= change.released;
      if (late) counter.late += change.settled;
      const index = this.holds.findIndex((hold) => hold.leaseId === change.leaseId && hold.limitId === change.limitId);
      const hold = this.holds[index];
      if (hold) {
        this.holds[index] = { ...hold, held: hold.held - change.released, settled: hold.settled + change.settled };
      }
    }
  }
}

const quantities = (max: bigint) =>
  fc.record({
    requests: fc.bigInt({ min: 1n, max: 3n }),
    tokens: fc.bigInt({ min: 0n, max }),
    money: fc.bigInt({ min: 0n, max }),
  });
const limits = fc.array(
  fc.record({
    scope: fc.constantFrom<LimitScope>('organization', 'project', 'api_key'),
    dimension: fc.constantFrom(...DIMENSIONS),
    window: fc.constantFrom<WindowKind>('minute', 'hour', 'day', 'month'),
    amount: fc.bigInt({ min: 0n, max: 300n }),
    member: fc.nat(3),
  }),
  { minLength: 1, maxLength: 8 },
);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('acquire' as const),
    replica: fc.nat(2),
    key: fc.nat(3),
    need: quantities(20n),
    want: quantities(90n),
  }),
  fc.record({ kind: fc.constant('spend' as const), index: fc.nat(), use: quantities(20n) }),
  fc.record({ kind: fc.constant('deliver' as const), index: fc.nat() }),
  fc.record({ kind: fc.constant('return' as const), index: fc.nat() }),
  fc.record({ kind: fc.constant('crash' as const), replica: fc.nat(2) }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(70_000) }),
);

type Arbitrated<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Step = Arbitrated<typeof step>;
type LimitSpec = Arbitrated<typeof limits>[number];

function run(world: World, each: Step, inTime: boolean): void {
  if (each.kind === 'acquire') return world.acquire(each.replica, each.key, each.need, each.want);
  if (each.kind === 'spend') return world.spend(each.index, each.use);
  if (each.kind === 'deliver') return world.deliver(each.index);
  if (each.kind === 'return') return world.giveBack(each.index);
  if (each.kind === 'crash') return world.crash(each.replica);
  world.advance(each.ms, inTime);
}

function worldOf(specs: LimitSpec[]): World {
  const names = { organization: () => 'o', project: (n: number) => `p${n % 2}`, api_key: (n: number) => `k${n}` };
  return new World(
    specs.map(({ member, ...spec }, index) => ({ ...spec, id: `l${index}`, scopeId: names[spec.scope](member) })),
  );
}

describe('lease accounting with several replicas', () => {
  it.each([
    ['events in time', true],
    ['events later than their leases', false],
  ])('never gives more than a limit has, whatever crashes, repeats or expires: %s', (_, inTime) => {
    fc.assert(
      fc.property(limits, fc.array(step, { minLength: 10, maxLength: 120 }), (specs, steps) => {
        const world = worldOf(specs);
        for (const each of steps) {
          run(world, each, inTime);
          world.check(inTime);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ends with nothing leased and every request settled once', () => {
    fc.assert(
      fc.property(limits, fc.array(step, { minLength: 10, maxLength: 80 }), (specs, steps) => {
        const world = worldOf(specs);
        for (const each of steps) run(world, each, false);
        for (let index = 0; index < world.spendings.length; index++) world.deliver(index);
        world.advance(10 * (TTL_MS + GRACE_MS), false);
        const requests = [...world.counters.values()].filter(
          ({ limit }) => limit.dimension === 'requests' && limit.scope === 'organization',
        );
        for (const { limit } of requests.slice(0, 1)) {
          const settled = requests
            .filter((each) => each.limit.id === limit.id)
            .reduce((sum, each) => sum + each.settled, 0n);
          expect(settled).toBe(world.spendings.reduce((sum, { use }) => sum + use.requests, 0n));
        }
        for (const [key, { leased }] of world.counters) expect(leased, key).toBe(0n);
      }),
    );
  });
});
