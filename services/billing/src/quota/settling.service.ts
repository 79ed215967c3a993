import { Injectable } from '@nestjs/common';
import type { Transaction } from '@weir/database';
import type { ReachedBudget } from '../billing.events.js';
import type { Limit } from '../limits/limit.js';
import { reachedThresholds } from './budget-thresholds.js';
import { calendarWindow, type CalendarWindow } from './calendar-window.js';
import { CounterRepository, type CounterKey, type LockedCounter, type Tenant } from './counter.repository.js';
import { LeaseRepository, type OwnedHold } from './lease.repository.js';
import type { Quantities } from './quantities.js';
import { settleAll, type CounterChange } from './settlement.js';

export interface FinishedUse extends Tenant {
  readonly leaseId: string | undefined;
  readonly use: Quantities;
  /** Begin of the request; its windows count where no lease says otherwise. */
  readonly startedMs: number;
}

export interface Settled {
  readonly reached: readonly ReachedBudget[];
  /** Whether a limit counted more than the lease still held for it. */
  readonly beyondLease: boolean;
}

interface Counted {
  readonly limit: Limit;
  readonly window: CalendarWindow;
}

/** Counts finished requests against every limit over them. */
@Injectable()
export class SettlingService {
  constructor(
    private readonly counters: CounterRepository,
    private readonly leases: LeaseRepository,
  ) {}

  /**
   * Moves what was used from leased to settled, in the windows of the leases; limits that a lease holds nothing of
   * count a request in the window in which it began. To be the last step of a transaction: it locks hot counters.
   */
  async settle(tx: Transaction, finished: readonly FinishedUse[]): Promise<Settled[]> {
    const limits = await this.counters.limitsOver(tx, finished);
    if (!limits.length) return finished.map(() => ({ reached: [], beyondLease: false }));
    const leaseIds = [...new Set(finished.flatMap(({ leaseId }) => leaseId ?? []))];
    const seen = await this.#holdsOf(tx, leaseIds);
    const counted = finished.map((each) => countedBy(each, limits, seen));
    const locked = await this.counters.lock(tx, distinct(counted.flat()));
    // What leases hold may have changed until their counters were locked.
    const holds = seen.length ? await this.#holdsOf(tx, leaseIds) : [];
    const uses = finished.map(({ use, leaseId, apiKeyId }, index) => ({
      use,
      leaseId: holds.some((hold) => hold.leaseId === leaseId && hold.apiKeyId === apiKeyId) ? leaseId : undefined,
      limits: (counted[index] ?? []).map(limitInWindow),
    }));
    const changes = settleAll(uses, holds);
    await this.counters.apply(tx, changes.flat());
    const totals = new Map(locked.map((counter) => [keyOf(counter), counter]));
    const settled: Settled[] = [];
    for (const [index, own] of changes.entries()) {
      settled.push({
        reached: await this.#announce(tx, counted[index] ?? [], totals, own),
        beyondLease: finished[index]?.leaseId !== undefined && own.some((change) => change.released < change.settled),
      });
    }
    return settled;
  }

  async #holdsOf(tx: Transaction, leaseIds: readonly string[]): Promise<OwnedHold[]> {
    return leaseIds.length ? this.leases.holdsOf(tx, leaseIds) : [];
  }

  /** Thresholds that these changes reach; keeps the totals up to date for the changes after them. */
  async #announce(
    tx: Transaction,
    counted: readonly Counted[],
    totals: Map<string, LockedCounter>,
    changes: readonly CounterChange[],
  ): Promise<ReachedBudget[]> {
    const reached: ReachedBudget[] = [];
    for (const change of changes.filter((each) => each.dimension === 'money')) {
      const counter = totals.get(keyOf(change));
      const limit = counted.find((each) => each.limit.id === change.limitId)?.limit;
      if (!counter || !limit) continue;
      const settled = counter.settled + change.settled;
      const thresholds = reachedThresholds({ limit: limit.amount, settled, announced: counter.announcedPercent });
      const announcedPercent = thresholds.at(-1) ?? counter.announcedPercent;
      totals.set(keyOf(change), { ...counter, settled, announcedPercent });
      if (thresholds.length) await this.counters.announced(tx, counter, announcedPercent);
      const { id: limitId, scope, scopeId, amount } = limit;
      const facts = { limitId, scope, scopeId, windowStartMs: change.windowStartMs, limit: amount, settled };
      reached.push(...thresholds.map((thresholdPercent) => ({ ...facts, thresholdPercent })));
    }
    return reached;
  }
}

/** The limits over one request, each in the window in which its lease holds a part of it, or in which it began. */
function countedBy(finished: FinishedUse, limits: readonly Limit[], holds: readonly OwnedHold[]): Counted[] {
  const ids = { organization: finished.organizationId, project: finished.projectId, api_key: finished.apiKeyId };
  return limits
    .filter((limit) => ids[limit.scope] === limit.scopeId)
    .map((limit) => {
      const held = holds.find(
        (hold) => hold.limitId === limit.id && hold.leaseId === finished.leaseId && hold.apiKeyId === finished.apiKeyId,
      );
      return { limit, window: calendarWindow(limit.window, held?.windowStartMs ?? finished.startedMs) };
    });
}

function limitInWindow({ limit, window }: Counted) {
  return { limitId: limit.id, windowStartMs: window.startMs, dimension: limit.dimension };
}

function distinct(counted: readonly Counted[]): CounterKey[] {
  const keys = counted.map(({ limit, window }) => ({ limitId: limit.id, window }));
  return [
    ...new Map(keys.map((key) => [keyOf({ limitId: key.limitId, windowStartMs: key.window.startMs }), key])).values(),
  ];
}

const keyOf = (counter: { readonly limitId: string; readonly windowStartMs: number }): string =>
  JSON.stringify([counter.limitId, counter.windowStartMs]);
