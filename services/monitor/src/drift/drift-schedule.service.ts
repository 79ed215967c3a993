import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { PeriodicTask } from '@weir/resilience';
import { Metrics, type Logger } from '@weir/telemetry';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { DriftService } from './drift.service.js';

/** How often checks that are due are looked for, at most. */
const LOOK_MS = 2000;

/** Checks every model when its turn comes. What is due is in the database, so that replicas share the work. */
@Injectable()
export class DriftSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    drift: DriftService,
    @Inject(MONITOR_SETTINGS) settings: MonitorSettings,
    @Inject(LOGGER) logger: Logger,
    metrics: Metrics,
  ) {
    const { failures } = metrics.bind(monitorMetrics);
    this.#task = new PeriodicTask({
      name: 'drift',
      intervalMs: Math.min(LOOK_MS, settings.driftIntervalMs),
      turn: async (signal) => {
        while (!signal.aborted && (await drift.checkNext()));
      },
      logger,
      onFailure: () => failures.inc({ task: 'drift' }),
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }
}
