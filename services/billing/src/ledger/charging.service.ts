import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { billingBudget, billingCharged, formatUsd, type InferenceCompleted, type WeirEvent } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { isWeirError } from '@weir/errors';
import { Batching, type ItemOutcome } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { BILLING_SETTINGS, type BillingSettings } from '../billing.config.js';
import { budgetEvent, chargedEvent } from '../billing.events.js';
import { billingMetrics } from '../billing.metrics.js';
import { PriceRepository } from '../prices/price.repository.js';
import type { Price } from '../prices/price.js';
import { SettlingService, type FinishedUse, type Settled } from '../quota/settling.service.js';
import { chargeOf, isBillable, priceToCharge, type Charge, type CostMismatch } from './charge.js';
import { LedgerRepository } from './ledger.repository.js';

/** Inbox group: an event's effect happens once for ever under this name. */
export const BILLING_GROUP = 'billing';

type Completed = WeirEvent<InferenceCompleted>;

interface Delivery {
  readonly event: Completed;
  readonly traceparent: string | undefined;
}

interface Priced {
  readonly charge: Charge | undefined;
  readonly mismatches: readonly CostMismatch[];
}

type Recorded = 'duplicate' | (Priced & { readonly settled: Settled });

const BATCH_EVENTS = 64;

/**
 * Turns completed requests into charges, ledger entries and parts of every limit: all of it, once, or nothing. Events
 * that arrive at the same time share a transaction; one that is refused does not touch the others.
 */
@Injectable()
export class ChargingService {
  readonly #metrics: Bound<typeof billingMetrics>;
  readonly #batching: Batching<Delivery, Recorded>;

  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerRepository,
    private readonly prices: PriceRepository,
    private readonly settling: SettlingService,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(BILLING_SETTINGS) private readonly settings: BillingSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(billingMetrics);
    this.#batching = new Batching({
      maxItems: BATCH_EVENTS,
      lingerMs: settings.batchLingerMs,
      run: (deliveries) => this.database.transaction((tx) => this.#record(tx, deliveries)),
      splitOn: (error) => !isWeirError(error) || error.code !== 'database_unavailable',
    });
  }

  /** @throws WeirError `price_unknown` or `invalid_event`, with nothing written; or `database_unavailable`. */
  async record(event: Completed, traceparent: string | undefined): Promise<void> {
    try {
      this.#measure(event.data, await this.#batching.add({ event, traceparent }));
    } catch (error) {
      if (isWeirError(error) && error.code === 'price_unknown') this.#metrics.unpriced.inc();
      throw error;
    }
  }

  async #record(tx: Transaction, deliveries: readonly Delivery[]): Promise<ItemOutcome<Recorded>[]> {
    const prices = await this.#pricesOf(tx, deliveries);
    const outcomes = new Map<Delivery, ItemOutcome<Recorded>>();
    const fresh: { readonly delivery: Delivery; readonly priced: Priced }[] = [];
    const priced = deliveries.map((delivery) => ({ delivery, price: this.#price(delivery.event, prices) }));
    const claimed = await tx.claimAll(
      BILLING_GROUP,
      priced.flatMap(({ delivery, price }) => (price.ok ? [delivery.event] : [])),
    );
    for (const { delivery, price } of priced) {
      if (!price.ok) outcomes.set(delivery, price);
      // Two deliveries of one event in one batch: the first one has the effect.
      else if (claimed.delete(delivery.event.id)) fresh.push({ delivery, priced: price.value });
      else outcomes.set(delivery, { ok: true, value: 'duplicate' });
    }
    const charges = fresh.flatMap(({ priced: { charge } }) => charge ?? []);
    if (charges.length) await this.ledger.add(tx, charges);
    const charged = fresh.flatMap(({ delivery, priced: { charge } }) =>
      charge ? [{ data: chargedEvent(charge), ...this.#origin(delivery) }] : [],
    );
    await tx.appendAll(billingCharged, charged);
    const settled = fresh.length ? await this.settling.settle(tx, fresh.map(finishedUse)) : [];
    for (const [index, { delivery, priced }] of fresh.entries()) {
      const own = settled[index] ?? { reached: [], beyondLease: false };
      for (const each of own.reached) {
        await tx.append(billingBudget, budgetEvent(each, this.source.now()), this.#origin(delivery));
      }
      outcomes.set(delivery, { ok: true, value: { ...priced, settled: own } });
    }
    return deliveries.map((delivery) => outcomes.get(delivery) ?? { ok: true, value: 'duplicate' });
  }

  async #pricesOf(tx: Transaction, deliveries: readonly Delivery[]): Promise<Price[]> {
    const ids = deliveries.flatMap(({ event }) => (isBillable(event.data) ? (event.data.price_id ?? []) : []));
    return ids.length ? this.prices.ofSameModels(tx, [...new Set(ids)]) : [];
  }

  /** What the event costs; a request without tokens costs nothing. */
  #price(event: Completed, prices: readonly Price[]): ItemOutcome<Priced> {
    if (!isBillable(event.data)) return { ok: true, value: { charge: undefined, mismatches: [] } };
    try {
      const { price, mismatch: ofPrice } = priceToCharge(event.data, prices, this.settings.priceLagMs);
      const { charge, mismatch: ofAmount } = chargeOf(event, price, this.source.now());
      return { ok: true, value: { charge, mismatches: [ofPrice, ofAmount].filter((each) => each !== undefined) } };
    } catch (error) {
      return { ok: false, error };
    }
  }

  #origin({ event, traceparent }: Delivery) {
    return { time: this.source.now(), traceparent, subject: event.data.request_id };
  }

  #measure(use: InferenceCompleted, recorded: Recorded): void {
    if (recorded === 'duplicate') return this.#metrics.events.inc({ outcome: 'duplicate' });
    const { charge, mismatches, settled } = recorded;
    this.#metrics.events.inc({ outcome: charge ? 'charged' : 'free' });
    if (settled.beyondLease) this.#metrics.beyondLease.inc();
    for (const { thresholdPercent } of settled.reached) {
      this.#metrics.budgets.inc({ threshold_percent: thresholdPercent });
    }
    if (!charge) return;
    this.#metrics.charges.inc({ model: charge.model });
    this.#metrics.chargedUsd.inc({ model: charge.model }, Number(formatUsd(charge.amount)));
    for (const reason of mismatches) {
      this.#metrics.costMismatches.inc({ reason });
      const facts = { requestId: charge.requestId, reason, stated: use.cost_usd, charged: formatUsd(charge.amount) };
      this.logger.warn(facts, 'billing charged by its own price or amount');
    }
  }
}

function finishedUse({ delivery, priced }: { readonly delivery: Delivery; readonly priced: Priced }): FinishedUse {
  const use = delivery.event.data;
  return {
    organizationId: use.organization_id,
    projectId: use.project_id,
    apiKeyId: use.api_key_id,
    leaseId: use.lease_id,
    startedMs: use.started_at,
    use: { requests: 1n, tokens: BigInt(use.input_tokens + use.output_tokens), money: priced.charge?.amount ?? 0n },
  };
}
