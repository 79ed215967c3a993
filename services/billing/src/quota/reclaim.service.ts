import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { sleep } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import { BILLING_SETTINGS, type BillingSettings } from '../billing.config.js';
import { LeaseService } from './lease.service.js';

const FORGET_INTERVAL_MS = 60_000;

/** Looks for ended leases as long as the service runs. Any number of replicas may do so at once. */
@Injectable()
export class ReclaimService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #failing = false;
  #forgotMs = 0;

  constructor(
    private readonly leases: LeaseService,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(BILLING_SETTINGS) private readonly settings: BillingSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#running = this.#loop();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#turn();
      await sleep(this.settings.reclaimIntervalMs, signal).catch(() => undefined);
    }
  }

  async #turn(): Promise<void> {
    try {
      while ((await this.leases.reclaim()) > 0 && !this.#stop.signal.aborted);
      if (this.source.monotonic() - this.#forgotMs >= FORGET_INTERVAL_MS) {
        this.#forgotMs = this.source.monotonic();
        await this.leases.forget();
      }
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.logger.warn({ err: error }, 'ended leases cannot be reclaimed for now');
      this.#failing = true;
    }
  }
}
