import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { PeriodicTask } from '@weir/resilience';
import { Metrics, type Logger } from '@weir/telemetry';
import { AggregateRepository } from '../aggregates/aggregate.repository.js';
import { HOUR_MS, MINUTE_MS, minutesSince } from '../aggregates/periods.js';
import { AlertRepository } from '../alerts/alert.repository.js';
import { NotificationRepository } from '../alerts/notification.repository.js';
import { FindingRepository } from '../drift/finding.repository.js';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { monitorMetrics } from '../monitor.metrics.js';

const INTERVAL_MS = 60_000;
/** Rows per statement, so that none holds its locks for long. */
const BATCH_ROWS = 5000;

/** Deletes what is older than it is kept for. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    private readonly aggregates: AggregateRepository,
    private readonly findings: FindingRepository,
    private readonly alerts: AlertRepository,
    private readonly notifications: NotificationRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
    @Inject(LOGGER) logger: Logger,
    metrics: Metrics,
  ) {
    const { failures } = metrics.bind(monitorMetrics);
    this.#task = new PeriodicTask({
      name: 'retention',
      intervalMs: INTERVAL_MS,
      turn: async (signal) => {
        while (!signal.aborted && (await this.forget()) > 0);
      },
      logger,
      onFailure: () => failures.inc({ task: 'retention' }),
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }

  /** Deletes a bounded number of rows. Returns how many; 0 = all is done. */
  async forget(): Promise<number> {
    const now = this.source.now();
    const oldestMs = now - this.settings.hourRetentionMs;
    const minutes = await this.aggregates.forget(
      MINUTE_MS,
      minutesSince(now, this.settings.minuteRetentionMs),
      BATCH_ROWS,
    );
    const hours = await this.aggregates.forget(HOUR_MS, oldestMs, BATCH_ROWS);
    const findings = await this.findings.forget(oldestMs, BATCH_ROWS);
    const alerts = await this.alerts.forget(oldestMs, BATCH_ROWS);
    const notifications = await this.notifications.forget(oldestMs, BATCH_ROWS);
    return minutes + hours + findings + alerts + notifications;
  }
}
