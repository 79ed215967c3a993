import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { Database } from '@weir/database';
import { WeirError } from '@weir/errors';
import { beginningFrom, placePrice, type Price, type PriceOrder } from './price.js';
import { PriceFeed } from './price-feed.service.js';
import { PriceRepository } from './price.repository.js';

/** Adds prices; the one before ends in the same transaction. */
@Injectable()
export class PriceService {
  constructor(
    private readonly database: Database,
    private readonly prices: PriceRepository,
    private readonly feed: PriceFeed,
    @Inject(SOURCE) private readonly source: Source,
  ) {}

  /** Returns the price that is in force already when it has the same terms. @throws WeirError `failed_precondition`. */
  async put(order: PriceOrder): Promise<Price> {
    const placed = await this.database.transaction(async (tx) => {
      await this.prices.lock(tx);
      const nowMs = this.source.now();
      const existing = await this.prices.ofModel(tx, order.model);
      const price = { ...order, validFromMs: order.validFromMs ?? beginningFrom(existing, nowMs) };
      const placement = placePrice(existing, price, nowMs);
      if (placement.outcome === 'present') return placement.price;
      if (placement.outcome === 'refused') {
        throw new WeirError('failed_precondition', placement.message, { param: placement.param });
      }
      const added: Price = { ...price, id: this.source.uuid(), validToMs: placement.validToMs };
      if (placement.closing) await this.prices.end(tx, placement.closing.id, price.validFromMs);
      await this.prices.add(tx, added, nowMs);
      return added;
    });
    await this.feed.refresh();
    return placed;
  }

  list(model: string): Promise<Price[]> {
    return this.prices.list(model);
  }
}
