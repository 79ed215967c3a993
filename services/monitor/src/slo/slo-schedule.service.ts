import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '@weir/bootstrap';
import { PeriodicTask } from '@weir/resilience';
import { Metrics, type Logger } from '@weir/telemetry';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { SloService } from './slo.service.js';

@Injectable()
export class SloSchedule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    slos: SloService,
    @Inject(MONITOR_SETTINGS) settings: MonitorSettings,
    @Inject(LOGGER) logger: Logger,
    metrics: Metrics,
  ) {
    const { failures } = metrics.bind(monitorMetrics);
    this.#task = new PeriodicTask({
      name: 'slo',
      intervalMs: settings.sloIntervalMs,
      turn: () => slos.evaluate(),
      logger,
      onFailure: () => failures.inc({ task: 'slo' }),
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }
}
