import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { billingV1, formatUsd, parseUsd } from '@weir/contracts';
import { asWeirError, isErrorCode, WeirError } from '@weir/errors';
import { RpcClients, type Client, type Principal } from '@weir/grpc';
import { createBreaker, type Breaker } from '@weir/resilience';
import { Metrics, type Bound } from '@weir/telemetry';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import type { Amounts, Grant } from './amounts.js';
import type { EndedLease, Lease, LimitWindow } from './lease-book.js';

export interface LeaseRequest {
  readonly principal: Principal;
  readonly need: Amounts;
  readonly want: Amounts;
}

export type LeaseOutcome =
  | { readonly kind: 'granted'; readonly lease: Lease }
  | { readonly kind: 'refused'; readonly error: WeirError; readonly windows: readonly LimitWindow[] }
  | { readonly kind: 'failed'; readonly error: WeirError };

/** Time before its end at which a lease is no longer used, so that no request reserves under a dead one. */
const marginOf = (ttlMs: number) => Math.min(250, ttlMs / 4);

/** Leases of billing. Its failures are values: what to do without billing is decided per key. */
@Injectable()
export class QuotaClient {
  readonly #quota: Client<typeof billingV1.QuotaServiceDefinition>;
  readonly #metrics: Bound<typeof routerMetrics>;
  readonly #source: Source;
  readonly #timeoutMs: number;
  readonly #replicaId: string;
  /** While billing is down, nobody waits for its time-out but a probe. */
  readonly #breaker: Breaker;

  constructor(
    clients: RpcClients,
    metrics: Metrics,
    @Inject(SOURCE) source: Source,
    @Inject(ROUTER_SETTINGS) settings: RouterSettings,
  ) {
    this.#quota = clients.client('billing', billingV1.QuotaServiceDefinition);
    this.#metrics = metrics.bind(routerMetrics);
    this.#source = source;
    this.#timeoutMs = settings.leaseTimeoutMs;
    this.#replicaId = source.uuid();
    this.#breaker = createBreaker({
      name: 'billing leases',
      errorThresholdPercent: 50,
      volumeThreshold: 3,
      windowMs: 10_000,
      openMs: 1_000,
    });
  }

  async acquire(request: LeaseRequest): Promise<LeaseOutcome> {
    const admission = this.#breaker.admit();
    if (!admission.admitted) return this.#count({ kind: 'failed', error: unavailable(admission.retryAfterMs) });
    const askedAt = this.#source.monotonic();
    try {
      const { outcome } = await this.#quota.acquireLease(this.#wireRequest(request), { timeoutMs: this.#timeoutMs });
      if (!outcome) throw new WeirError('internal', 'Billing answered without an outcome.');
      admission.permit.succeed();
      if (outcome.$case === 'refusal') return this.#count(refused(outcome.value));
      return this.#count({ kind: 'granted', lease: leaseOf(outcome.value, askedAt) });
    } catch (error) {
      admission.permit.fail(error);
      return this.#count({ kind: 'failed', error: unavailable(1_000, error) });
    }
  }

  /** Never fails: a lease that cannot be returned ends by itself. */
  async giveBack(leases: readonly EndedLease[]): Promise<void> {
    await Promise.all(leases.map((lease) => this.#giveBackOne(lease)));
  }

  close(): void {
    this.#breaker.close();
  }

  async #giveBackOne({ id, spent }: EndedLease): Promise<void> {
    try {
      await this.#quota.returnLease({ leaseId: id, spent: toWire(spent) }, { timeoutMs: this.#timeoutMs });
      this.#metrics.leaseReturns.inc({ outcome: 'returned' });
    } catch (error) {
      this.#metrics.leaseReturns.inc({ outcome: asWeirError(error).code });
    }
  }

  #wireRequest({ principal, need, want }: LeaseRequest) {
    return {
      replicaId: this.#replicaId,
      organizationId: principal.organizationId,
      projectId: principal.projectId,
      apiKeyId: principal.apiKeyId,
      need: toWire(need),
      want: toWire(want),
    };
  }

  #count<T extends LeaseOutcome>(outcome: T): T {
    this.#metrics.leases.inc({ outcome: outcome.kind });
    return outcome;
  }
}

function toWire({ requests, tokens, money }: Amounts) {
  return { requests, tokens, moneyUsd: formatUsd(money) };
}

function leaseOf(lease: billingV1.Lease, askedAt: number): Lease {
  return {
    id: lease.id,
    granted: grantOf(lease.granted),
    grantedAt: askedAt,
    endsAt: askedAt + lease.ttlMs - marginOf(lease.ttlMs),
    windows: lease.windows,
  };
}

function grantOf(granted: billingV1.Amounts | undefined): Grant {
  const money = parseUsd(granted?.moneyUsd ?? '');
  if (!granted || money === undefined) throw new WeirError('internal', 'Billing granted amounts that cannot be read.');
  return {
    requests: granted.requests < 0 ? Number.POSITIVE_INFINITY : granted.requests,
    tokens: granted.tokens < 0 ? Number.POSITIVE_INFINITY : granted.tokens,
    money: money < 0n ? undefined : money,
  };
}

function refused(refusal: billingV1.Refusal): LeaseOutcome {
  const code = isErrorCode(refusal.code) ? refusal.code : 'rate_limit_exceeded';
  const error = new WeirError(code, refusal.message, {
    details: { dimension: refusal.dimension, scope: refusal.scope },
    ...(refusal.retryAfterMs > 0 ? { retryAfterMs: refusal.retryAfterMs } : {}),
  });
  return { kind: 'refused', error, windows: refusal.windows };
}

function unavailable(retryAfterMs: number, cause?: unknown): WeirError {
  return new WeirError(
    'billing_unavailable',
    'Limits cannot be checked now, and this key is not served without them.',
    {
      retryAfterMs,
      cause,
    },
  );
}
