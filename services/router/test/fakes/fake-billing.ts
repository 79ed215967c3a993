import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import { billingV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { AsyncQueue } from '@weir/resilience';

export const PRICE: billingV1.Price = {
  id: 'price-1',
  model: 'tiny',
  inputUsdPerMillion: '1',
  cachedInputUsdPerMillion: '0.5',
  outputUsdPerMillion: '2',
  validFromMs: 0,
  validToMs: 0,
  source: 'test',
};

const router = { services: ['router' as const] };

/** Limits of one project, exact to the last token. */
export class FakeAccount {
  tokenLimit = 1_000_000;
  /** What one lease takes at most beyond its need; 0 = as small as possible. */
  slice = 100_000;
  acquired = 0;
  /** Spent or held by a lease. */
  tokensTaken = 0;
  readonly leases = new Map<string, billingV1.Amounts>();
}

/** Billing in memory, one token limit per project. */
@GrpcHandlers(billingV1.QuotaServiceDefinition, { acquireLease: router, returnLease: router, watchPrices: router })
export class FakeBilling {
  down = false;
  readonly #accounts = new Map<string, FakeAccount>();
  readonly #watchers: AsyncQueue<billingV1.WatchPricesResponse>[] = [];
  #leases = 0;

  of(projectId: string): FakeAccount {
    const account = this.#accounts.get(projectId) ?? new FakeAccount();
    this.#accounts.set(projectId, account);
    return account;
  }

  async acquireLease({ need, want, projectId }: billingV1.AcquireLeaseRequest) {
    if (this.down) throw new WeirError('database_unavailable', 'down');
    const account = this.of(projectId);
    account.acquired += 1;
    const left = account.tokenLimit - account.tokensTaken;
    if (!need || !want || need.tokens > left) {
      return { outcome: { $case: 'refusal' as const, value: refusal(account, left) } };
    }
    const granted = {
      requests: Math.max(need.requests, Math.min(want.requests, account.slice)),
      tokens: Math.min(left, Math.max(need.tokens, Math.min(want.tokens, account.slice))),
      moneyUsd: '-1',
    };
    account.tokensTaken += granted.tokens;
    const id = `lease-${(this.#leases += 1)}`;
    account.leases.set(id, granted);
    const lease = { id, granted, ttlMs: 30_000, windows: windows(account, left) };
    return { outcome: { $case: 'lease' as const, value: lease } };
  }

  async returnLease({ leaseId, spent }: billingV1.ReturnLeaseRequest) {
    for (const account of this.#accounts.values()) {
      const granted = account.leases.get(leaseId);
      if (!granted || !spent) continue;
      account.leases.delete(leaseId);
      account.tokensTaken -= granted.tokens - spent.tokens;
    }
    return {};
  }

  async *watchPrices(_request: billingV1.WatchPricesRequest, call: CallContext) {
    const queue = new AsyncQueue<billingV1.WatchPricesResponse>();
    this.#watchers.push(queue);
    call.signal.addEventListener('abort', () => queue.end(), { once: true });
    yield { prices: [PRICE], complete: true };
    yield* queue;
  }

  tellPrice(price: billingV1.Price): void {
    for (const watcher of this.#watchers) watcher.push({ prices: [price], complete: false });
  }
}

function refusal(account: FakeAccount, left: number) {
  return {
    code: 'rate_limit_exceeded',
    dimension: 'tokens',
    scope: 'project',
    message: 'The limit of tokens per minute is reached.',
    retryAfterMs: 20_000,
    windows: windows(account, left),
  };
}

function windows({ tokenLimit: limit }: FakeAccount, remaining: number) {
  return [{ dimension: 'tokens', scope: 'project', limit, remaining, resetMs: 20_000 }];
}

@Module({ providers: [FakeBilling] })
class FakeBillingModule {}

export const fakeBilling: ServiceDescriptor = { name: 'billing', module: FakeBillingModule, settings: {}, metrics: {} };
