import { GrpcHandlers } from '@weir/bootstrap';
import { billingV1 } from '@weir/contracts';
import type { CallContext, Handlers } from '@weir/grpc';
import { PriceFeed } from '../prices/price-feed.service.js';
import { writePrice } from '../prices/price-message.js';
import { readAmounts, readId, readLeaseRequest, writeLeaseAnswer } from './lease-message.js';
import { LeaseService } from './lease.service.js';

/** What routers ask of billing. */
@GrpcHandlers(billingV1.QuotaServiceDefinition, {
  acquireLease: { services: ['router'] },
  returnLease: { services: ['router'] },
  watchPrices: { services: ['router', 'evaluator', 'monitor', 'operator'] },
})
export class QuotaGrpc implements Handlers<billingV1.QuotaServiceDefinition> {
  constructor(
    private readonly leases: LeaseService,
    private readonly prices: PriceFeed,
  ) {}

  async acquireLease(request: billingV1.AcquireLeaseRequest): Promise<billingV1.AcquireLeaseResponse> {
    return writeLeaseAnswer(await this.leases.acquire(readLeaseRequest(request)));
  }

  async returnLease({ leaseId, spent }: billingV1.ReturnLeaseRequest) {
    await this.leases.giveBack(readId(leaseId, 'lease_id'), readAmounts(spent, 'spent'));
    return {};
  }

  async *watchPrices(_request: billingV1.WatchPricesRequest, { signal }: CallContext) {
    for await (const { prices, complete } of this.prices.watch(signal)) {
      yield { prices: prices.map(writePrice), complete };
    }
  }
}
