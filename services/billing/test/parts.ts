import { Draining } from '@weir/bootstrap';
import { settingsWith, systemSource, type Source } from '@weir/config';
import { inferenceCompleted, type InferenceCompleted, type WeirEvent } from '@weir/contracts';
import { Database } from '@weir/database';
import { silentLogger, surroundings, testDatabase, testMetrics } from '@weir/testing';
import { billingMigrations } from '../migrations/index.js';
import { billingSettings, type BillingSettings } from '../src/billing.config.js';
import { ChargingService } from '../src/ledger/charging.service.js';
import { LedgerRepository } from '../src/ledger/ledger.repository.js';
import type { NewLimit } from '../src/limits/limit.js';
import { LimitRepository } from '../src/limits/limit.repository.js';
import { PriceFeed } from '../src/prices/price-feed.service.js';
import { PriceRepository } from '../src/prices/price.repository.js';
import { PriceService } from '../src/prices/price.service.js';
import type { PriceOrder } from '../src/prices/price.js';
import { CounterRepository, type Tenant } from '../src/quota/counter.repository.js';
import { LeaseRepository } from '../src/quota/lease.repository.js';
import { LeaseService } from '../src/quota/lease.service.js';
import { SettlingService } from '../src/quota/settling.service.js';
import { UsageRepository } from '../src/usage/usage.repository.js';

export interface PartsOptions {
  readonly source?: Source;
  readonly settings?: Partial<BillingSettings>;
}

/** Billing without its doors: the real services and repositories over one database. */
export function partsOver(database: Database, { source = systemSource, settings: given = {} }: PartsOptions = {}) {
  const settings = settingsWith(billingSettings, { batchLingerMs: 0, ...given });
  const metrics = testMetrics();
  const counters = new CounterRepository();
  const leaseRows = new LeaseRepository();
  const ledger = new LedgerRepository(database);
  const priceRows = new PriceRepository(database);
  const settling = new SettlingService(counters, leaseRows);
  const feed = new PriceFeed(priceRows, source, settings, silentLogger, metrics, new Draining());
  return {
    database,
    metrics,
    feed,
    ledger,
    priceRows,
    limits: new LimitRepository(database),
    usage: new UsageRepository(database),
    leases: new LeaseService(database, counters, leaseRows, source, settings, metrics),
    prices: new PriceService(database, priceRows, feed, source),
    charging: new ChargingService(database, ledger, priceRows, settling, source, settings, silentLogger, metrics),
  };
}

export type Parts = ReturnType<typeof partsOver>;

export const billingDatabase = () => testDatabase({ service: 'billing', migrations: billingMigrations });

/** Another process's view of the same schema. */
export function replicaOf(database: Database): Promise<Database> {
  return Database.open({
    url: surroundings().databaseUrl,
    schema: database.schema,
    service: 'billing',
    migrations: billingMigrations,
    poolSize: 4,
    logger: silentLogger,
  });
}

export function newTenant(): Tenant {
  const id = systemSource.uuid();
  return { organizationId: `org-${id}`, projectId: `project-${id}`, apiKeyId: `key-${id}` };
}

export function addLimit(parts: Parts, limit: Omit<NewLimit, 'scope' | 'scopeId'> & Partial<NewLimit>, tenant: Tenant) {
  const given = { scope: 'api_key' as const, scopeId: tenant.apiKeyId, ...limit, id: systemSource.uuid() };
  return parts.limits.put(given, systemSource.now());
}

/** 1 USD per million input tokens, 0.5 cached, 2 output, unless said otherwise. */
export function priceOrder(given: Partial<PriceOrder> = {}): PriceOrder {
  return {
    model: 'smollm2',
    inputPerMillion: 1_000_000_000_000n,
    cachedInputPerMillion: 500_000_000_000n,
    outputPerMillion: 2_000_000_000_000n,
    validFromMs: 1,
    validToMs: undefined,
    source: 'test',
    ...given,
  };
}

/** A completed event; 100 input and 50 output tokens, which cost 0.0002 USD at the price of `priceOrder`. */
export function completedEvent(tenant: Tenant, given: Partial<InferenceCompleted> = {}): WeirEvent<InferenceCompleted> {
  const id = systemSource.uuid();
  const now = systemSource.now();
  const data = inferenceCompleted.data.parse({
    request_id: id,
    organization_id: tenant.organizationId,
    project_id: tenant.projectId,
    api_key_id: tenant.apiKeyId,
    operation_name: 'chat',
    door: 'http',
    request_model: 'smollm2',
    response_model: 'smollm2',
    stream: false,
    outcome: 'ok',
    finish_reasons: ['stop'],
    input_tokens: 100,
    cached_input_tokens: 0,
    output_tokens: 50,
    cost_usd: '0.0002',
    started_at: now,
    ended_at: now,
    duration_ms: 0,
    stages_ms: {},
    ...given,
  });
  return { id, source: inferenceCompleted.source, type: inferenceCompleted.type, time: now, data };
}

/** A request that never reached a model. */
export const blockedEvent = (tenant: Tenant, given: Partial<InferenceCompleted> = {}) =>
  completedEvent(tenant, { outcome: 'blocked', input_tokens: 0, output_tokens: 0, cost_usd: '0', ...given });
