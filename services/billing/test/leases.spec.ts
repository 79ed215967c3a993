import type { Database } from '@weir/database';
import { fakeSource, type FakeSource } from '@weir/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../src/quota/counter.repository.js';
import { NOTHING, type Quantities } from '../src/quota/quantities.js';
import { addLimit, billingDatabase, blockedEvent, newTenant, partsOver, replicaOf, type Parts } from './parts.js';

const NOON = Date.parse('2026-11-23T12:00:00Z');

let database: Database;
let source: FakeSource;
let parts: Parts;
let tenant: Tenant;

beforeAll(async () => {
  database = await billingDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => {
  source = fakeSource({ now: NOON, seed: Math.floor(performance.now() * 1000) });
  parts = partsOver(database, { source });
  tenant = newTenant();
});

const requests = (count: number): Quantities => ({ ...NOTHING, requests: BigInt(count) });

function acquire(need: Quantities, want: Quantities = need, over: Parts = parts) {
  return over.leases.acquire({ ...tenant, replicaId: 'router-1', need, want });
}

async function counterOf(limitId: string): Promise<{ settled: number; leased: number }> {
  const [row] = await database.query<{ settled: string; leased: string }>(
    'SELECT sum(settled) AS settled, sum(leased) AS leased FROM limit_counters WHERE limit_id = $1',
    [limitId],
  );
  return { settled: Number(row?.settled), leased: Number(row?.leased) };
}

describe('leases on PostgreSQL', () => {
  it('grant without a trace where no limit applies', async () => {
    const { decision, leaseId } = await acquire(requests(1));
    expect(decision).toMatchObject({ outcome: 'granted', granted: { requests: -1n, tokens: -1n, money: -1n } });
    expect(await database.query('SELECT id FROM leases WHERE id = $1', [leaseId])).toEqual([]);
  });

  it('take from every limit over the key and refuse by the one that is exhausted', async () => {
    const own = await addLimit(parts, { dimension: 'requests', window: 'minute', amount: 100n }, tenant);
    const whole = { scope: 'organization' as const, scopeId: tenant.organizationId };
    const all = await addLimit(parts, { ...whole, dimension: 'requests', window: 'day', amount: 3n }, tenant);
    expect((await acquire(requests(2))).decision).toMatchObject({ outcome: 'granted', granted: { requests: 2n } });
    expect([await counterOf(own.id), await counterOf(all.id)]).toEqual([
      { settled: 0, leased: 2 },
      { settled: 0, leased: 2 },
    ]);
    const refused = await acquire(requests(2));
    expect(refused.decision).toMatchObject({ outcome: 'refused', by: { limitId: all.id, scope: 'organization' } });
    expect(await counterOf(own.id)).toEqual({ settled: 0, leased: 2 });
  });

  it('come back when returned: what was spent stays held until its event settles; returning again changes nothing', async () => {
    const limit = await addLimit(parts, { dimension: 'requests', window: 'hour', amount: 80n }, tenant);
    const { leaseId } = await acquire(requests(1), requests(10));
    await parts.leases.giveBack(leaseId, requests(4));
    await parts.leases.giveBack(leaseId, requests(0));
    expect(await counterOf(limit.id)).toEqual({ settled: 0, leased: 4 });
    const event = blockedEvent(tenant, { lease_id: leaseId, started_at: NOON });
    await parts.charging.record(event, undefined);
    await parts.charging.record(event, undefined);
    expect(await counterOf(limit.id)).toEqual({ settled: 1, leased: 3 });
    await parts.leases.giveBack('no such lease', requests(1));
  });

  it('of a crashed router come back after their end and grace, and later events still count', async () => {
    const limit = await addLimit(parts, { dimension: 'requests', window: 'hour', amount: 80n }, tenant);
    const { leaseId } = await acquire(requests(1), requests(10));
    source.advance(30_000 + 120_000 - 1);
    await parts.leases.reclaim();
    expect(await counterOf(limit.id)).toEqual({ settled: 0, leased: 10 });
    source.advance(1);
    await parts.leases.reclaim();
    expect(await counterOf(limit.id)).toEqual({ settled: 0, leased: 0 });
    await parts.charging.record(blockedEvent(tenant, { lease_id: leaseId, started_at: NOON }), undefined);
    expect(await counterOf(limit.id)).toEqual({ settled: 1, leased: 0 });
    expect((await parts.metrics.render()).body).toContain('weir_billing_settled_beyond_lease_total 1');
  });

  it('end with the window and settle in the window in which they were granted', async () => {
    const limit = await addLimit(parts, { dimension: 'requests', window: 'minute', amount: 5n }, tenant);
    source.advance(50_000);
    const { leaseId, decision } = await acquire(requests(5));
    expect(decision).toMatchObject({ ttlMs: 10_000 });
    source.advance(10_000);
    expect((await acquire(requests(5))).decision.outcome).toBe('granted');
    await parts.charging.record(blockedEvent(tenant, { lease_id: leaseId, started_at: NOON + 60_001 }), undefined);
    const rows = await database.query<{ settled: string }>(
      'SELECT settled FROM limit_counters WHERE limit_id = $1 ORDER BY window_start_ms',
      [limit.id],
    );
    expect(rows.map((row) => Number(row.settled))).toEqual([1, 0]);
  });

  it('of another key are not settled by an event that names them', async () => {
    const limit = await addLimit(parts, { dimension: 'requests', window: 'hour', amount: 80n }, tenant);
    const { leaseId } = await acquire(requests(3));
    await parts.charging.record(blockedEvent({ ...newTenant() }, { lease_id: leaseId }), undefined);
    expect(await counterOf(limit.id)).toEqual({ settled: 0, leased: 3 });
  });

  it('follow a limit that is lowered, and forget one that is deleted', async () => {
    const limit = await addLimit(parts, { dimension: 'requests', window: 'hour', amount: 80n }, tenant);
    await acquire(requests(4));
    const lowered = await addLimit(parts, { dimension: 'requests', window: 'hour', amount: 4n }, tenant);
    expect(lowered.id).toBe(limit.id);
    expect((await acquire(requests(1))).decision.outcome).toBe('refused');
    await parts.limits.delete(limit.id);
    expect((await acquire(requests(1))).decision).toMatchObject({ granted: { requests: -1n } });
  });

  it('and counters of the past are forgotten after their retention', async () => {
    await addLimit(parts, { dimension: 'requests', window: 'minute', amount: 80n }, tenant);
    const { leaseId } = await acquire(requests(1));
    source.advance(2 * 86_400_000);
    await parts.leases.reclaim();
    await parts.leases.forget();
    const left = await database.query(
      'SELECT 1 FROM leases WHERE id = $1 UNION ALL SELECT 1 FROM lease_holds WHERE lease_id = $1',
      [leaseId],
    );
    expect(left).toEqual([]);
    expect(
      await database.query('SELECT 1 FROM limit_counters WHERE window_end_ms < $1', [source.now() - 86_400_000]),
    ).toEqual([]);
  });
});

describe('leases under load from three replicas', () => {
  it('asked for all at once are granted as often as the limit allows', async () => {
    const limit = await addLimit(parts, { dimension: 'requests', window: 'day', amount: 10n }, tenant);
    await using stack = new AsyncDisposableStack();
    const replicas = await Promise.all(
      [1, 2, 3].map(async () => partsOver(stack.use(await replicaOf(database)), { source })),
    );
    const asked = Array.from({ length: 12 }, () =>
      replicas.map((replica) => acquire(requests(1), requests(1), replica)),
    );
    const answers = await Promise.all(asked.flat());
    expect(answers.filter(({ decision }) => decision.outcome === 'granted')).toHaveLength(10);
    expect(await counterOf(limit.id)).toEqual({ settled: 0, leased: 10 });
  });

  it(
    'never give more than the limit at any instant, and everything comes back or settles',
    { timeout: 60_000 },
    async () => {
      const limit = await addLimit(parts, { dimension: 'requests', window: 'day', amount: 200n }, tenant);
      const whole = { scope: 'organization' as const, scopeId: tenant.organizationId };
      await addLimit(parts, { ...whole, dimension: 'requests', window: 'month', amount: 250n }, tenant);
      await using stack = new AsyncDisposableStack();
      const replicas = await Promise.all(
        [1, 2, 3].map(async () => partsOver(stack.use(await replicaOf(database)), { source })),
      );
      let spent = 0;
      let worst = 0;
      let watching = true;
      const watch = (async () => {
        while (watching) {
          const { settled, leased } = await counterOf(limit.id);
          worst = Math.max(worst, settled + leased);
        }
      })();
      const router = async (replica: Parts, index: number) => {
        for (let turn = 0; turn < 15; turn++) {
          const { decision, leaseId } = await acquire(requests(1), requests(1 + ((index * 7 + turn) % 9)), replica);
          if (decision.outcome === 'refused') continue;
          const use = Number(decision.granted.requests) - (turn % 2 && decision.granted.requests > 1n ? 1 : 0);
          const events = Array.from({ length: use }, () =>
            blockedEvent(tenant, { lease_id: leaseId, started_at: NOON }),
          );
          spent += use;
          await Promise.all([
            replica.leases.giveBack(leaseId, requests(use)),
            ...[...events, ...events.slice(0, 2)].map((event) => replica.charging.record(event, undefined)),
          ]);
        }
      };
      await Promise.all(replicas.flatMap((replica, r) => [0, 1].map((n) => router(replica, r * 2 + n))));
      watching = false;
      await watch;
      expect(worst).toBeLessThanOrEqual(200);
      expect(spent).toBe(200);
      expect(await counterOf(limit.id)).toEqual({ settled: 200, leased: 0 });
    },
  );
});
