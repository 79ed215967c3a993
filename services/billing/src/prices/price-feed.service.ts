import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Draining, LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { AsyncQueue, sleep } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { BILLING_SETTINGS, type BillingSettings } from '../billing.config.js';
import { billingMetrics } from '../billing.metrics.js';
import type { Price } from './price.js';
import { PriceRepository } from './price.repository.js';

/** A part of the price list: the first ones until `complete` are all there are, later ones are changes. */
export interface PriceNews {
  readonly prices: readonly Price[];
  readonly complete: boolean;
}

const PRICES_PER_MESSAGE = 500;
const MOST_NEWS_WAITING = 64;

/** Tells watchers every price and every change: at once for those written here, by polling for other replicas'. */
@Injectable()
export class PriceFeed implements OnApplicationBootstrap {
  readonly #metrics: Bound<typeof billingMetrics>;
  readonly #watchers = new Set<AsyncQueue<PriceNews>>();
  readonly #stop = new AbortController();
  #revision: bigint | undefined;
  #refreshing: Promise<void> = Promise.resolve();
  #polling: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(
    private readonly prices: PriceRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(BILLING_SETTINGS) private readonly settings: BillingSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
    draining: Draining,
  ) {
    draining.add('watchers of prices', () => this.#end());
    this.#metrics = metrics.bind(billingMetrics);
  }

  onApplicationBootstrap(): void {
    this.#polling = this.#poll();
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    const ended = new WeirError('shutting_down', 'Billing shuts down.');
    for (const watcher of this.#watchers) watcher.fail(ended);
    await this.#polling;
  }

  /** Everything, then changes until the signal aborts. A watcher that does not read is cut off and may come back. */
  async *watch(signal: AbortSignal): AsyncGenerator<PriceNews, void, undefined> {
    const queue = new AsyncQueue<PriceNews>({ maxItems: MOST_NEWS_WAITING });
    const leave = () => queue.end();
    signal.addEventListener('abort', leave, { once: true });
    this.#watchers.add(queue);
    this.#metrics.priceWatchers.set(this.#watchers.size);
    try {
      if (this.#stop.signal.aborted) throw new WeirError('shutting_down', 'Billing shuts down.');
      yield* pagesOf(await this.prices.currentAndComing(this.source.now()));
      yield* queue;
    } finally {
      signal.removeEventListener('abort', leave);
      this.#watchers.delete(queue);
      this.#metrics.priceWatchers.set(this.#watchers.size);
    }
  }

  /** Looks for changes now; calls wait for each other, so that changes are told in order and once. */
  refresh(): Promise<void> {
    const turn = this.#refreshing.then(() => this.#lookForChanges());
    this.#refreshing = turn;
    return turn;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.refresh();
      await sleep(this.settings.pricePollMs, signal).catch(() => undefined);
    }
  }

  async #lookForChanges(): Promise<void> {
    try {
      this.#revision ??= await this.prices.latestRevision();
      const changed = await this.prices.changedAfter(this.#revision);
      const newest = changed.at(-1);
      this.#failing = false;
      if (!newest) return;
      this.#revision = newest.revision;
      for (const watcher of this.#watchers) this.#tell(watcher, { prices: changed, complete: true });
    } catch (error) {
      if (!this.#failing) this.logger.warn({ err: error }, 'changes of prices cannot be read for now');
      this.#failing = true;
    }
  }

  #tell(watcher: AsyncQueue<PriceNews>, news: PriceNews): void {
    if (watcher.push(news) || watcher.closed) return;
    watcher.fail(new WeirError('billing_unavailable', 'The watcher of prices reads too slowly.'));
  }
}

function* pagesOf(prices: readonly Price[]): Generator<PriceNews> {
  const pages = Math.max(1, Math.ceil(prices.length / PRICES_PER_MESSAGE));
  for (let page = 0; page < pages; page++) {
    const part = prices.slice(page * PRICES_PER_MESSAGE, (page + 1) * PRICES_PER_MESSAGE);
    yield { prices: part, complete: page === pages - 1 };
  }
}
