import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { PeriodicTask } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import { BILLING_SETTINGS, type BillingSettings } from '../billing.config.js';
import { LeaseService } from './lease.service.js';

const FORGET_INTERVAL_MS = 60_000;

/** Looks for ended leases as long as the service runs. Any number of replicas may do so at once. */
@Injectable()
export class ReclaimService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;
  #forgotMs = 0;

  constructor(
    private readonly leases: LeaseService,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(BILLING_SETTINGS) settings: BillingSettings,
    @Inject(LOGGER) logger: Logger,
  ) {
    const turn = (signal: AbortSignal) => this.#turn(signal);
    this.#task = new PeriodicTask({ name: 'reclaim leases', intervalMs: settings.reclaimIntervalMs, turn, logger });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#task.stop();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    while ((await this.leases.reclaim()) > 0 && !signal.aborted);
    if (this.source.monotonic() - this.#forgotMs < FORGET_INTERVAL_MS) return;
    this.#forgotMs = this.source.monotonic();
    await this.leases.forget();
  }
}
