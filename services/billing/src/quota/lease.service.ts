import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { Database, type Transaction } from '@weir/database';
import { WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { BILLING_SETTINGS, type BillingSettings } from '../billing.config.js';
import { billingMetrics } from '../billing.metrics.js';
import { calendarWindow } from './calendar-window.js';
import { CounterRepository, type Tenant } from './counter.repository.js';
import { decideGrant, type CounterState, type GrantDecision } from './grant.js';
import { LeaseRepository } from './lease.repository.js';
import type { Quantities } from './quantities.js';
import { closeHolds, returnHolds, type HoldState } from './settlement.js';

export interface LeaseRequest extends Tenant {
  readonly replicaId: string;
  readonly need: Quantities;
  readonly want: Quantities;
}

export interface LeaseAnswer {
  readonly leaseId: string;
  readonly decision: GrantDecision;
  /** Every limit that applies, as it stood before the grant. */
  readonly counters: readonly CounterState[];
  readonly nowMs: number;
}

const RECLAIM_BATCH = 100;
const GRANT_ATTEMPTS = 3;

/** Hands out parts of limits and takes them back. */
@Injectable()
export class LeaseService {
  readonly #metrics: Bound<typeof billingMetrics>;

  constructor(
    private readonly database: Database,
    private readonly counters: CounterRepository,
    private readonly leases: LeaseRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(BILLING_SETTINGS) private readonly settings: BillingSettings,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(billingMetrics);
  }

  /** Grants or refuses; never waits for room. */
  async acquire(request: LeaseRequest): Promise<LeaseAnswer> {
    const startedAt = this.source.monotonic();
    const answer = await this.#grant(request);
    this.#metrics.leaseSeconds.observe((this.source.monotonic() - startedAt) / 1000);
    this.#metrics.leases.inc({ outcome: answer.decision.outcome });
    if (answer.decision.outcome === 'refused') {
      const { dimension, scope } = answer.decision.by;
      this.#metrics.refusals.inc({ dimension, scope });
    }
    return answer;
  }

  /** Gives back what was not spent. A lease that is unknown, returned or closed already stays as it is. */
  async giveBack(leaseId: string, spent: Quantities): Promise<void> {
    const returned = await this.database.transaction(async (tx) => {
      const reclaimMs = this.source.now() + this.settings.leaseGraceMs;
      await this.#lockHoldsOf(tx, [leaseId]);
      if (!(await this.leases.markReturned(tx, leaseId, reclaimMs))) return false;
      await this.counters.apply(tx, returnHolds(spent, await this.leases.holdsOf(tx, [leaseId])));
      return true;
    });
    if (returned) this.#metrics.returnedLeases.inc();
  }

  /** Takes back what ended leases still hold. Returns how many were closed; 100 at most, so that locks are short. */
  async reclaim(): Promise<number> {
    const closed = await this.database.transaction(async (tx) => {
      const nowMs = this.source.now();
      const due = await this.leases.due(tx, nowMs, RECLAIM_BATCH);
      if (!due.length) return 0;
      await this.#lockHoldsOf(tx, due);
      const closing = await this.leases.markClosed(tx, due, nowMs);
      await this.counters.apply(tx, closeHolds(await this.leases.holdsOf(tx, closing)));
      return closing.length;
    });
    if (closed) this.#metrics.reclaimedLeases.inc(closed);
    return closed;
  }

  async forget(): Promise<void> {
    const beforeMs = this.source.now() - this.settings.retentionMs;
    await this.database.transaction((tx) => this.counters.forget(tx, beforeMs));
  }

  async #grant(request: LeaseRequest): Promise<LeaseAnswer> {
    for (let attempt = 1; attempt <= GRANT_ATTEMPTS; attempt++) {
      const answer = await this.database.transaction((tx) => this.#grantIn(tx, request));
      if (answer) return answer;
    }
    throw new WeirError('billing_unavailable', 'The counters of this key are too busy.', { retryAfterMs: 1_000 });
  }

  /** Undefined when a window ended while its counter was waited for. */
  async #grantIn(tx: Transaction, request: LeaseRequest): Promise<LeaseAnswer | undefined> {
    const counters = await this.#lockedCounters(tx, request);
    const nowMs = this.source.now();
    if (counters.some((counter) => counter.windowEndMs <= nowMs)) return undefined;
    const decision = decideGrant(counters, {
      need: request.need,
      want: request.want,
      nowMs,
      ttlMs: this.settings.leaseTtlMs,
      sliceDivisor: BigInt(this.settings.leaseSliceDivisor),
    });
    const leaseId = this.source.uuid();
    // A lease that holds nothing has nothing to come back: it is not written.
    if (decision.outcome === 'granted' && decision.holds.length) {
      const expiresMs = nowMs + decision.ttlMs;
      const reclaimMs = expiresMs + this.settings.leaseGraceMs;
      await this.leases.add(tx, { ...request, id: leaseId, issuedMs: nowMs, expiresMs, reclaimMs }, decision.holds);
    }
    return { leaseId, decision, counters, nowMs };
  }

  async #lockedCounters(tx: Transaction, tenant: Tenant): Promise<CounterState[]> {
    const limits = await this.counters.limitsOver(tx, [tenant]);
    if (!limits.length) return [];
    const nowMs = this.source.now();
    const windows = new Map(limits.map((limit) => [limit.id, calendarWindow(limit.window, nowMs)]));
    const locked = await this.counters.lock(
      tx,
      [...windows].map(([limitId, window]) => ({ limitId, window })),
    );
    const byLimit = new Map(locked.map((counter) => [counter.limitId, counter]));
    return limits.flatMap((limit) => {
      const counter = byLimit.get(limit.id);
      const window = windows.get(limit.id);
      if (!counter || !window) return [];
      return [
        {
          limitId: limit.id,
          scope: limit.scope,
          scopeId: limit.scopeId,
          dimension: limit.dimension,
          window: limit.window,
          windowStartMs: window.startMs,
          windowEndMs: window.endMs,
          limit: limit.amount,
          settled: counter.settled,
          leased: counter.leased,
        },
      ];
    });
  }

  async #lockHoldsOf(tx: Transaction, leaseIds: readonly string[]): Promise<void> {
    const holds: readonly HoldState[] = await this.leases.holdsOf(tx, leaseIds);
    await this.counters.lockExisting(tx, holds);
  }
}
