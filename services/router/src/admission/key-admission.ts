import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import { covers, type Amounts } from './amounts.js';
import { Demand } from './demand.js';
import { LeaseBook, type EndedLease, type LimitWindow, type Reservation } from './lease-book.js';
import { LocalAllowance, type AllowanceSize } from './local-allowance.js';
import type { LeaseOutcome, LeaseRequest } from './quota.client.js';

/** Where leases come from and go back to. */
export interface LeaseSource {
  acquire(request: LeaseRequest): Promise<LeaseOutcome>;
  giveBack(leases: readonly EndedLease[]): Promise<void>;
}

export interface KeyAdmissionOptions {
  readonly leases: LeaseSource;
  readonly source: Pick<Source, 'monotonic' | 'now'>;
  readonly maxWaiting: number;
  readonly allowance: AllowanceSize;
}

export type Admission =
  | {
      readonly admitted: true;
      /** Absent when billing was away and the key's local allowance admitted the request. */
      readonly reservation: Reservation | undefined;
    }
  | { readonly admitted: false; readonly error: WeirError };

/** How long a refusal answers equal requests, so that a client that hammers does not hammer billing. */
const REFUSAL_KEPT_MS = 250;
/** How long no lease is asked for in advance after that did not succeed. */
const REFILL_PAUSE_MS = 1_000;
/** A request that lost the race for so many leases is refused instead of waiting for ever. */
const MAX_TURNS = 64;

/** Admits the requests of one API key: from its leases in memory, with one call to billing at a time when they run out. */
export class KeyAdmission {
  readonly #options: KeyAdmissionOptions;
  readonly #book = new LeaseBook();
  readonly #demand = new Demand();
  readonly #allowance: LocalAllowance;
  #call: Promise<LeaseOutcome> | undefined;
  #waiting = 0;
  #refusal: { need: Amounts; error: WeirError; until: number } | undefined;
  #refusedWindows: readonly LimitWindow[] | undefined;
  #noRefillBefore = Number.NEGATIVE_INFINITY;

  constructor(options: KeyAdmissionOptions) {
    this.#options = options;
    this.#allowance = new LocalAllowance(options.allowance);
  }

  /** Resolves without any wait as long as a lease covers the need. */
  async admit(principal: Principal, need: Amounts): Promise<Admission> {
    this.#demand.note(need, this.#now());
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const held = this.#reserve(principal, need);
      if (held) return held;
      const outcome = this.#call ? await this.#joinCall(this.#call) : await this.#acquire(principal, need);
      if (outcome.kind === 'failed') return this.#withoutBilling(principal, need, outcome.error);
    }
    return { admitted: false, error: tooManyWait() };
  }

  /** Books the real use; false when it was more than was reserved. */
  settle(reservation: Reservation, actual: Amounts): boolean {
    const within = this.#book.settle(reservation, actual);
    void this.#options.leases.giveBack(this.#book.collectEnded(this.#now()));
    return within;
  }

  windows(): readonly LimitWindow[] {
    return this.#refusedWindows ?? this.#book.windows(this.#now());
  }

  /** Gives back leases that have ended. True when nothing is left to look after. */
  sweep(): boolean {
    void this.#options.leases.giveBack(this.#book.collectEnded(this.#now()));
    return this.#book.size === 0 && !this.#call && !this.#allowance.inUse(this.#options.source.now());
  }

  /** Gives back every lease under which nothing runs. */
  async drain(): Promise<void> {
    await this.#options.leases.giveBack(this.#book.collectIdle());
  }

  #reserve(principal: Principal, need: Amounts): Admission | undefined {
    const now = this.#now();
    const reservation = this.#book.reserve(need, now);
    if (reservation) {
      this.#refusedWindows = undefined;
      if (!this.#call && now >= this.#noRefillBefore && this.#book.runsLow(need, now))
        void this.#refill(principal, need);
      return { admitted: true, reservation };
    }
    const refusal = this.#refusal;
    if (refusal && now < refusal.until && covers(need, refusal.need)) return { admitted: false, error: refusal.error };
    return undefined;
  }

  async #joinCall(call: Promise<LeaseOutcome>): Promise<LeaseOutcome> {
    if (this.#waiting >= this.#options.maxWaiting) return { kind: 'failed', error: tooManyWait() };
    this.#waiting += 1;
    try {
      return await call;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Gives idle leases back first: what is left in them may be just what the limit lacks. */
  async #acquire(principal: Principal, need: Amounts): Promise<LeaseOutcome> {
    const outcome = await this.#start(principal, need, this.#book.collectIdle());
    if (outcome.kind === 'refused') {
      const keptMs = Math.min(REFUSAL_KEPT_MS, outcome.error.retryAfterMs ?? REFUSAL_KEPT_MS);
      this.#refusal = { need, error: outcome.error, until: this.#now() + keptMs };
      this.#refusedWindows = outcome.windows;
    }
    return outcome;
  }

  async #refill(principal: Principal, need: Amounts): Promise<void> {
    const outcome = await this.#start(principal, need, []);
    if (outcome.kind !== 'granted') this.#noRefillBefore = this.#now() + REFILL_PAUSE_MS;
  }

  #start(principal: Principal, need: Amounts, idle: readonly EndedLease[]): Promise<LeaseOutcome> {
    this.#call = this.#ask(principal, need, idle).finally(() => (this.#call = undefined));
    return this.#call;
  }

  async #ask(principal: Principal, need: Amounts, idle: readonly EndedLease[]): Promise<LeaseOutcome> {
    const { leases } = this.#options;
    if (idle.length > 0) await leases.giveBack(idle);
    const outcome = await leases.acquire({ principal, need, want: this.#demand.wanted(need) });
    if (outcome.kind === 'granted') this.#book.add(outcome.lease);
    return outcome;
  }

  #withoutBilling(principal: Principal, need: Amounts, error: WeirError): Admission {
    const open = principal.onBillingError === 'open' && error.code === 'billing_unavailable';
    if (open && this.#allowance.tryTake(need, this.#options.source.now())) {
      return { admitted: true, reservation: undefined };
    }
    return { admitted: false, error };
  }

  #now(): number {
    return this.#options.source.monotonic();
  }
}

function tooManyWait(): WeirError {
  return new WeirError('rate_limit_exceeded', 'Too many requests of this key wait for their limits.', {
    retryAfterMs: 1_000,
  });
}
