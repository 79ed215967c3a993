import { covers, minus, NOTHING, plus, type Amounts, type Grant } from './amounts.js';

/** A limit as it stood when a lease was granted; for x-ratelimit-* headers. */
export interface LimitWindow {
  readonly dimension: string;
  readonly limit: number;
  /** Left at the grant, the lease itself counted as left. */
  readonly remaining: number;
  readonly resetMs: number;
}

export interface Lease {
  readonly id: string;
  readonly granted: Grant;
  readonly grantedAt: number;
  /** When nothing may be reserved under it any more. */
  readonly endsAt: number;
  readonly windows: readonly LimitWindow[];
}

/** What a request holds of a lease until it is settled. */
export interface Reservation {
  readonly leaseId: string;
  readonly held: Amounts;
}

/** A lease that goes back to billing with what was spent under it. */
export interface EndedLease {
  readonly id: string;
  readonly spent: Amounts;
}

interface Account {
  readonly lease: Lease;
  reserved: Amounts;
  spent: Amounts;
  pending: number;
}

/** Below this share of a grant the next lease is asked for. */
const REFILL_SHARE = 0.3;

/**
 * The leases of one API key and what is reserved and spent under each. For every lease, at every instant,
 * `reserved + spent <= granted`, unless a request used more than it reserved. Times are milliseconds of one clock.
 */
export class LeaseBook {
  readonly #accounts = new Map<string, Account>();
  #newest: Account | undefined;

  /** Leases in hand, ended ones with running requests included. */
  get size(): number {
    return this.#accounts.size;
  }

  /** A lease without windows keeps none; an id that is known already changes nothing. */
  add(lease: Lease): void {
    if (this.#accounts.has(lease.id)) return;
    this.#newest = { lease, reserved: NOTHING, spent: NOTHING, pending: 0 };
    this.#accounts.set(lease.id, this.#newest);
  }

  /** Holds the need under the lease that ends first among those that cover it whole. */
  reserve(need: Amounts, now: number): Reservation | undefined {
    let best: Account | undefined;
    for (const account of this.#accounts.values()) {
      if (account.lease.endsAt <= now || !covers(available(account), need)) continue;
      if (!best || account.lease.endsAt < best.lease.endsAt) best = account;
    }
    if (!best) return undefined;
    best.reserved = plus(best.reserved, need);
    best.pending += 1;
    return { leaseId: best.lease.id, held: need };
  }

  /**
   * Books what a request really used and gives the rest of its reservation back to the lease. False when it used more
   * than it held. Each reservation is settled once.
   */
  settle(reservation: Reservation, actual: Amounts): boolean {
    const account = this.#accounts.get(reservation.leaseId);
    if (!account) return covers(reservation.held, actual);
    account.reserved = minus(account.reserved, reservation.held);
    account.spent = plus(account.spent, actual);
    account.pending -= 1;
    return covers(reservation.held, actual);
  }

  /** Removes and returns the leases that have ended or have no request left, once nothing runs under them. */
  collectEnded(now: number): EndedLease[] {
    return this.#collect((account) => account.lease.endsAt <= now || available(account).requests < 1);
  }

  /** Removes and returns every lease under which nothing runs, so that billing knows all that is left of the limits. */
  collectIdle(): EndedLease[] {
    return this.#collect(() => true);
  }

  /**
   * True when the leases in force are so used up, or so near their end, that the next one should be asked for. Never for
   * leases of a single request: a limit that is granted in such small parts must not be held in advance.
   */
  runsLow(need: Amounts, now: number): boolean {
    let large = false;
    for (const account of this.#accounts.values()) {
      if (lifeLeft(account.lease, now) > REFILL_SHARE && shareLeft(account) > REFILL_SHARE) return false;
      large ||= covers(account.lease.granted, plus(need, need));
    }
    return large;
  }

  /** The limits of the newest lease, with what was spent and reserved since taken off. */
  windows(now: number): LimitWindow[] {
    const newest = this.#newest;
    if (!newest) return [];
    const used = plus(newest.reserved, newest.spent);
    const elapsed = now - newest.lease.grantedAt;
    return newest.lease.windows.map((window) => ({
      ...window,
      remaining: Math.max(0, window.remaining - usedOf(window.dimension, used)),
      resetMs: Math.max(0, window.resetMs - elapsed),
    }));
  }

  #collect(ended: (account: Account) => boolean): EndedLease[] {
    const collected: EndedLease[] = [];
    for (const account of this.#accounts.values()) {
      if (account.pending > 0 || !ended(account)) continue;
      this.#accounts.delete(account.lease.id);
      collected.push({ id: account.lease.id, spent: account.spent });
    }
    return collected;
  }
}

function available({ lease: { granted }, reserved, spent }: Account): Grant {
  return {
    requests: granted.requests - reserved.requests - spent.requests,
    tokens: granted.tokens - reserved.tokens - spent.tokens,
    money: granted.money === undefined ? undefined : granted.money - reserved.money - spent.money,
  };
}

function lifeLeft(lease: Lease, now: number): number {
  return (lease.endsAt - now) / (lease.endsAt - lease.grantedAt);
}

function shareLeft(account: Account): number {
  const left = available(account);
  const { granted } = account.lease;
  return Math.min(
    share(left.requests, granted.requests),
    share(left.tokens, granted.tokens),
    granted.money ? share(Number(left.money), Number(granted.money)) : 1,
  );
}

function share(left: number, granted: number): number {
  return granted === Number.POSITIVE_INFINITY || granted === 0 ? 1 : left / granted;
}

function usedOf(dimension: string, used: Amounts): number {
  if (dimension === 'requests') return used.requests;
  return dimension === 'tokens' ? used.tokens : 0;
}
