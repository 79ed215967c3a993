import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { alertChanged } from '@weir/contracts';
import { Database } from '@weir/database';
import { Metrics, type Bound } from '@weir/telemetry';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { alertChangedEvent } from '../monitor.events.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { fingerprint, type Alert } from './alert.js';
import { AlertRepository } from './alert.repository.js';
import { NotificationRepository } from './notification.repository.js';

/** How an alert should stand now. */
export type AlertOrder = Pick<Alert, 'status' | 'name' | 'severity' | 'labels' | 'annotations'>;

/** Keeps alerts; a change is stored, announced and queued for the webhook together. */
@Injectable()
export class AlertService {
  readonly #metrics: Bound<typeof monitorMetrics>;

  constructor(
    private readonly database: Database,
    private readonly alerts: AlertRepository,
    private readonly notifications: NotificationRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(monitorMetrics);
  }

  /** Makes the alert stand as ordered. Returns it if that changed anything. */
  async settle(order: AlertOrder): Promise<Alert | undefined> {
    const changed = await this.database.transaction(async (tx) => {
      const known = await this.alerts.lock(tx, fingerprint(order.labels));
      if ((known?.status ?? 'resolved') === order.status) return undefined;
      const alert = this.#changed(order, known);
      await this.alerts.save(tx, alert);
      await tx.append(alertChanged, alertChangedEvent(alert), { time: alert.updatedMs });
      if (this.settings.webhookUrl) await this.notifications.add(tx, alert);
      return alert;
    });
    if (changed) this.#metrics.alertChanges.inc({ alert: changed.name, status: changed.status });
    return changed;
  }

  #changed(order: AlertOrder, known: Alert | undefined): Alert {
    const now = this.source.now();
    const isFiring = order.status === 'firing';
    return {
      ...order,
      fingerprint: fingerprint(order.labels),
      startsMs: isFiring ? now : (known?.startsMs ?? now),
      endsMs: isFiring ? 0 : now,
      updatedMs: now,
    };
  }
}
