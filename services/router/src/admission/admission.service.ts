import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Draining, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { Principal } from '@weir/grpc';
import { Metrics, type Bound } from '@weir/telemetry';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { routerMetrics } from '../router.metrics.js';
import { ONE_REQUEST, type Amounts } from './amounts.js';
import { KeyAdmission, type Admission } from './key-admission.js';
import type { LimitWindow, Reservation } from './lease-book.js';
import { QuotaClient } from './quota.client.js';

const SWEEP_MS = 5_000;

/** Admission of every key that is in use, and what is left of their leases. */
@Injectable()
export class AdmissionService implements OnModuleInit {
  readonly #quota: QuotaClient;
  readonly #source: Source;
  readonly #settings: RouterSettings;
  readonly #metrics: Bound<typeof routerMetrics>;
  /** Bounded by the keys that exist and were used lately; `sweep` drops the others. */
  readonly #keys = new Map<string, KeyAdmission>();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(
    quota: QuotaClient,
    metrics: Metrics,
    draining: Draining,
    @Inject(SOURCE) source: Source,
    @Inject(ROUTER_SETTINGS) settings: RouterSettings,
  ) {
    this.#quota = quota;
    this.#source = source;
    this.#settings = settings;
    this.#metrics = metrics.bind(routerMetrics);
    draining.add('return of leases', () => this.#giveBack());
  }

  onModuleInit(): void {
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  async admit(principal: Principal, need: Amounts): Promise<Admission> {
    const admission = await this.#keyOf(principal).admit(principal, need);
    if (admission.admitted && !admission.reservation) this.#metrics.degraded.inc({ control: 'billing' });
    return admission;
  }

  /** Books the real use of an admitted request. A request that was served nothing still counts as one. */
  settle(principal: Principal, reservation: Reservation, actual: Amounts = ONE_REQUEST): void {
    if (!this.#keyOf(principal).settle(reservation, actual)) this.#metrics.overruns.inc();
  }

  /** Limits of a key as far as this process knows them; empty before its first lease. */
  windows(principal: Principal): readonly LimitWindow[] {
    return this.#keys.get(principal.apiKeyId)?.windows() ?? [];
  }

  async #giveBack(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#keys.values()].map((key) => key.drain()));
    this.#quota.close();
  }

  #keyOf(principal: Principal): KeyAdmission {
    const known = this.#keys.get(principal.apiKeyId);
    if (known) return known;
    const key = new KeyAdmission({
      leases: this.#quota,
      source: this.#source,
      maxWaiting: this.#settings.leaseMaxWaiting,
      allowance: {
        requestsPerMinute: this.#settings.openRequestsPerMinute,
        tokensPerMinute: this.#settings.openTokensPerMinute,
      },
    });
    this.#keys.set(principal.apiKeyId, key);
    return key;
  }

  #sweep(): void {
    for (const [id, key] of this.#keys) if (key.sweep()) this.#keys.delete(id);
  }
}
