import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError } from '@weir/errors';
import { PeriodicTask, backoffMs } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { webhookBody } from './alertmanager.js';
import { NotificationRepository, type Notification } from './notification.repository.js';
import { WebhookClient } from './webhook.client.js';

/** Longer than one attempt can take. */
const LEASE_MS = 15_000;
const LONGEST_WAIT_MS = 300_000;

/** Delivers notifications until they are taken or have been tried often enough. */
@Injectable()
export class NotificationService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #metrics: Bound<typeof monitorMetrics>;
  readonly #task: PeriodicTask;

  constructor(
    private readonly notifications: NotificationRepository,
    private readonly webhook: WebhookClient,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(monitorMetrics);
    this.#task = new PeriodicTask({
      name: 'notifications',
      intervalMs: settings.webhookIntervalMs,
      turn: async (signal) => {
        while (!signal.aborted && (await this.deliverNext(signal)));
      },
      logger,
      onFailure: () => this.#metrics.failures.inc({ task: 'notifications' }),
    });
  }

  onApplicationBootstrap(): void {
    if (this.settings.webhookUrl) this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }

  /** One attempt at the notification that is due. False when none is. */
  async deliverNext(signal?: AbortSignal): Promise<boolean> {
    const now = this.source.now();
    const notification = await this.notifications.take(now, now + LEASE_MS);
    if (!notification) return false;
    // Only a process that died over its last attempt leaves one behind.
    if (notification.attempts > this.settings.webhookAttempts) {
      await this.#abandon(notification, 'the process ended during the last attempt');
      return true;
    }
    try {
      await this.webhook.post(
        this.settings.webhookUrl,
        webhookBody(notification.alert, this.settings.externalUrl),
        signal,
      );
    } catch (error) {
      await this.#failed(notification, error);
      return true;
    }
    await this.notifications.end(notification.sequence, 'delivered');
    this.#metrics.notifications.inc({ outcome: 'delivered' });
    return true;
  }

  async #failed(notification: Notification, error: unknown): Promise<void> {
    const { sequence, attempts, alert } = notification;
    const reason = asWeirError(error).message;
    if (attempts >= this.settings.webhookAttempts) return this.#abandon(notification, reason);
    const bounds = { baseMs: this.settings.webhookBaseMs, capMs: LONGEST_WAIT_MS, random: this.source.random };
    await this.notifications.retryAt(sequence, this.source.now() + Math.ceil(backoffMs(attempts - 1, bounds)));
    this.#metrics.notifications.inc({ outcome: 'failed' });
    this.logger.warn({ fingerprint: alert.fingerprint, attempts, reason }, 'an alert notification was not taken');
  }

  async #abandon({ sequence, attempts, alert }: Notification, reason: string): Promise<void> {
    await this.notifications.end(sequence, 'abandoned');
    this.#metrics.notifications.inc({ outcome: 'abandoned' });
    this.logger.error({ fingerprint: alert.fingerprint, attempts, reason }, 'an alert notification was given up');
  }
}
