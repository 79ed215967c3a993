import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Draining, LOGGER, Readiness, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { billingV1 } from '@weir/contracts';
import { asWeirError } from '@weir/errors';
import { RpcClients, type Client } from '@weir/grpc';
import { backoffMs, sleep } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { routerMetrics } from '../router.metrics.js';
import { PriceBook, type PriceInForce } from './price-book.js';

const BACKOFF = { baseMs: 100, capMs: 5_000 };

/** Follows billing's prices. When billing goes away the last known prices stay in force. */
@Injectable()
export class PricesClient implements OnApplicationBootstrap {
  readonly #quota: Client<typeof billingV1.QuotaServiceDefinition>;
  readonly #book = new PriceBook();
  readonly #metrics: Bound<typeof routerMetrics>;
  readonly #source: Source;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #watching: Promise<void> | undefined;

  constructor(
    clients: RpcClients,
    metrics: Metrics,
    readiness: Readiness,
    draining: Draining,
    @Inject(SOURCE) source: Source,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#quota = clients.client('billing', billingV1.QuotaServiceDefinition);
    this.#metrics = metrics.bind(routerMetrics);
    this.#source = source;
    this.#logger = logger;
    draining.add('watch of prices', () => this.#leave());
    readiness.add('router prices', () => (this.#book.complete ? undefined : 'billing has not sent its prices yet'));
  }

  onApplicationBootstrap(): void {
    this.#watching = this.#follow();
  }

  priceOf(modelName: string): PriceInForce | undefined {
    return this.#book.priceOf(modelName, this.#source.now());
  }

  async #leave(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        this.#book.beginSnapshot();
        for await (const message of this.#quota.watchPrices({}, { signal })) {
          failures = 0;
          this.#take(message);
        }
      } catch (error) {
        if (!signal.aborted) this.#logger.warn({ code: asWeirError(error).code }, 'the watch of prices broke');
      }
      await sleep(backoffMs(failures, { ...BACKOFF, random: this.#source.random }), signal).catch(() => undefined);
    }
  }

  #take(message: billingV1.WatchPricesResponse): void {
    const unreadable = this.#book.apply(message, this.#source.now());
    if (unreadable.length === 0) return;
    this.#metrics.pricesUnreadable.inc(unreadable.length);
    this.#logger.error({ prices: unreadable }, 'prices cannot be read');
  }
}
