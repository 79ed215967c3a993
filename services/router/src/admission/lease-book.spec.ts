import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Amounts, Grant } from './amounts.js';
import { LeaseBook, type EndedLease, type Reservation } from './lease-book.js';

const amounts = (tokens: number, requests = 1): Amounts => ({ requests, tokens, money: BigInt(tokens) * 3n });
const grant = (tokens: number, requests = 10): Grant => ({ requests, tokens, money: BigInt(tokens) * 3n });
const lease = (id: string, granted: Grant, endsAt = 1_000, grantedAt = 0) => ({
  id,
  granted,
  grantedAt,
  endsAt,
  windows: [
    { dimension: 'tokens', limit: 100, remaining: 80, resetMs: 5_000 },
    { dimension: 'requests', limit: 10, remaining: 9, resetMs: 5_000 },
  ],
});

describe('LeaseBook', () => {
  it('holds what a request may use and gives the rest back', () => {
    const book = new LeaseBook();
    book.add(lease('a', { requests: 10, tokens: 100, money: undefined }));
    const reservation = book.reserve(amounts(70), 0);
    expect(reservation).toEqual({ leaseId: 'a', held: amounts(70) });
    expect(book.reserve(amounts(31), 0)).toBeUndefined();
    if (reservation) expect(book.settle(reservation, amounts(10))).toBe(true);
    expect(book.reserve(amounts(90), 0)).toBeDefined();
  });

  it('looks at every dimension, and at none that has no limit', () => {
    const book = new LeaseBook();
    book.add(lease('money', { requests: 5, tokens: 100, money: 10n }));
    expect(book.reserve(amounts(4), 0)).toBeUndefined();
    const unlimited = { requests: Number.POSITIVE_INFINITY, tokens: Number.POSITIVE_INFINITY, money: undefined };
    book.add(lease('free', unlimited));
    expect(book.reserve(amounts(10 ** 9), 0)?.leaseId).toBe('free');
    expect(book.collectEnded(0)).toEqual([]);
  });

  it('takes the lease that ends first and none that has ended', () => {
    const book = new LeaseBook();
    book.add(lease('late', grant(100), 2_000));
    book.add(lease('soon', grant(100), 1_000));
    expect(book.reserve(amounts(10), 999)?.leaseId).toBe('soon');
    expect(book.reserve(amounts(10), 1_000)?.leaseId).toBe('late');
    expect(book.reserve(amounts(10), 2_000)).toBeUndefined();
  });

  it('gives an ended lease back once its last request is settled, with exactly what was spent', () => {
    const book = new LeaseBook();
    book.add(lease('a', grant(100)));
    const first = book.reserve(amounts(10), 0);
    const second = book.reserve(amounts(10), 0);
    expect(book.collectEnded(5_000)).toEqual([]);
    if (first) book.settle(first, amounts(4));
    expect(book.collectEnded(5_000)).toEqual([]);
    if (second) book.settle(second, amounts(0));
    expect(book.collectEnded(5_000)).toEqual([{ id: 'a', spent: amounts(4, 2) }]);
    expect(book.size).toBe(0);
  });

  it('gives a lease back that has no request left, and idle ones when asked', () => {
    const book = new LeaseBook();
    book.add(lease('one', grant(10, 1)));
    const only = book.reserve(amounts(10), 0);
    if (only) book.settle(only, amounts(3));
    expect(book.collectEnded(0)).toEqual([{ id: 'one', spent: amounts(3) }]);
    book.add(lease('idle', grant(10)));
    expect(book.collectEnded(0)).toEqual([]);
    expect(book.collectIdle().map(({ id }) => id)).toEqual(['idle']);
  });

  it('tells when a request used more than it held', () => {
    const book = new LeaseBook();
    book.add(lease('a', grant(100)));
    const reservation = book.reserve(amounts(5), 0);
    if (reservation) expect(book.settle(reservation, amounts(6))).toBe(false);
  });

  it('wants more at 30 percent left or near the end, but never of limits that come in single requests', () => {
    const book = new LeaseBook();
    book.add(lease('a', grant(100), 1_000));
    expect(book.runsLow(amounts(10), 0)).toBe(false);
    expect(book.runsLow(amounts(10), 701)).toBe(true);
    book.reserve(amounts(71), 0);
    expect(book.runsLow(amounts(10), 0)).toBe(true);
    expect(book.runsLow(amounts(60), 0)).toBe(false);
  });

  it('tells the limits of the newest lease as they stand now', () => {
    const book = new LeaseBook();
    expect(book.windows(0)).toEqual([]);
    book.add(lease('a', grant(50), 1_000, 100));
    book.reserve(amounts(30), 0);
    expect(book.windows(1_100)).toEqual([
      { dimension: 'tokens', limit: 100, remaining: 50, resetMs: 4_000 },
      { dimension: 'requests', limit: 10, remaining: 8, resetMs: 4_000 },
    ]);
    expect(book.windows(99_999).every((window) => window.resetMs === 0)).toBe(true);
  });
});

/** What billing does, as far as a lease book can see it: it never grants more than the limit has left. */
class BillingModel {
  settled = 0;
  readonly leases = new Map<string, number>();
  #ids = 0;

  constructor(readonly limit: number) {}

  get leased(): number {
    return [...this.leases.values()].reduce((sum, tokens) => sum + tokens, 0);
  }

  grant(need: number, want: number): { id: string; tokens: number } | undefined {
    const left = this.limit - this.settled - this.leased;
    if (need > left) return undefined;
    const tokens = Math.min(left, Math.max(need, want));
    const id = `l${(this.#ids += 1)}`;
    this.leases.set(id, tokens);
    return { id, tokens };
  }

  takeBack({ id, spent }: EndedLease): void {
    this.leases.delete(id);
    this.settled += spent.tokens;
  }
}

type Step =
  | { do: 'request'; replica: number; need: number; want: number }
  | { do: 'settle'; index: number; share: number }
  | { do: 'wait'; ms: number }
  | { do: 'idle'; replica: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('request' as const), replica: fc.nat(2), need: fc.nat(40), want: fc.nat(200) }),
  fc.record({ do: fc.constant('settle' as const), index: fc.nat(), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(800) }),
  fc.record({ do: fc.constant('idle' as const), replica: fc.nat(2) }),
);

describe('lease books of several routers', () => {
  it('never let settled + reserved + leased pass the limit, and lose nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.array(step, { maxLength: 80 }), (limit, steps) => {
        const billing = new BillingModel(limit);
        const books = [new LeaseBook(), new LeaseBook(), new LeaseBook()] as const;
        const running: { book: LeaseBook; reservation: Reservation }[] = [];
        let now = 0;
        let used = 0;
        const collect = () => {
          for (const book of books) for (const ended of book.collectEnded(now)) billing.takeBack(ended);
        };
        const request = (book: LeaseBook, need: number, want: number) => {
          let reservation = book.reserve(amounts(need), now);
          const granted = reservation ? undefined : billing.grant(need, want);
          if (granted) {
            book.add(lease(granted.id, { requests: 3, tokens: granted.tokens, money: undefined }, now + 1_000, now));
            reservation = book.reserve(amounts(need), now);
          }
          if (reservation) running.push({ book, reservation });
        };
        const settle = (index: number, share: number) => {
          const [entry] = running.splice(index % running.length, 1);
          if (!entry) return;
          const tokens = Math.floor(entry.reservation.held.tokens * share);
          used += tokens;
          expect(entry.book.settle(entry.reservation, amounts(tokens))).toBe(true);
        };
        for (const each of steps) {
          if (each.do === 'request') request(books[each.replica] ?? books[0], each.need, each.want);
          if (each.do === 'settle' && running.length > 0) settle(each.index, each.share);
          if (each.do === 'wait') now += each.ms;
          if (each.do === 'idle') (books[each.replica] ?? books[0]).collectIdle().forEach((l) => billing.takeBack(l));
          collect();
          const reserved = running.reduce((sum, { reservation }) => sum + reservation.held.tokens, 0);
          expect(billing.settled + billing.leased).toBeLessThanOrEqual(limit);
          expect(used + reserved).toBeLessThanOrEqual(limit);
        }
        while (running.length > 0) settle(0, 1);
        for (const book of books) book.collectIdle().forEach((ended) => billing.takeBack(ended));
        expect(billing.leased).toBe(0);
        expect(billing.settled).toBe(used);
      }),
      { numRuns: 300 },
    );
  });
});
