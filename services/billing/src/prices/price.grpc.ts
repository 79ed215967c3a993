import { GrpcHandlers } from '@weir/bootstrap';
import { billingV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext, Handlers } from '@weir/grpc';
import { readPrice, writePrice } from './price-message.js';
import { PriceService } from './price.service.js';

/** Prices hold for the whole installation: a key needs the scope, and its role must be owner or admin. */
@GrpcHandlers(billingV1.PriceServiceDefinition, {
  putPrice: { services: ['operator'], scope: 'admin' },
  listPrices: { services: ['operator', 'router', 'evaluator', 'monitor'], scope: 'usage.read' },
})
export class PriceGrpc implements Handlers<billingV1.PriceServiceDefinition> {
  constructor(private readonly prices: PriceService) {}

  async putPrice({ price }: billingV1.PutPriceRequest, { principal }: CallContext) {
    if (principal && principal.role !== 'owner' && principal.role !== 'admin') {
      throw new WeirError('permission_denied', 'Only an owner or admin may change prices.');
    }
    return { price: writePrice(await this.prices.put(readPrice(price))) };
  }

  async listPrices({ model }: billingV1.ListPricesRequest) {
    return { prices: (await this.prices.list(model)).map(writePrice) };
  }
}
