import type { Alert, AlertStatus } from './alert.js';

/** Alertmanager's "no end yet". */
const NO_TIME = '0001-01-01T00:00:00Z';
const RECEIVER = 'weir';
/** How long Alertmanager's API lets an alert live that nobody repeats (`resolve_timeout`). */
const RESOLVE_TIMEOUT_MS = 300_000;

const timeText = (ms: number) => new Date(ms).toISOString();

export interface WebhookAlert {
  readonly status: AlertStatus;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** Body of an Alertmanager webhook, version "4", with one alert. */
export function webhookBody(alert: Alert, externalUrl: string) {
  const groupLabels = { alertname: alert.name };
  const content: WebhookAlert = {
    status: alert.status,
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: timeText(alert.startsMs),
    endsAt: alert.status === 'firing' ? NO_TIME : timeText(alert.endsMs),
    generatorURL: externalUrl,
    fingerprint: alert.fingerprint,
  };
  return {
    version: '4',
    groupKey: `{}:{alertname="${alert.name}"}`,
    truncatedAlerts: 0,
    status: alert.status,
    receiver: RECEIVER,
    notification_reason: alert.status === 'firing' ? 'first notification' : 'all alerts resolved',
    groupLabels,
    commonLabels: alert.labels,
    commonAnnotations: alert.annotations,
    externalURL: externalUrl,
    alerts: [content],
  };
}

/** `gettableAlert` of Alertmanager's API, version 2, for an alert that fires. */
export function gettableAlert(alert: Alert, externalUrl: string, nowMs: number) {
  return {
    annotations: alert.annotations,
    endsAt: timeText(nowMs + RESOLVE_TIMEOUT_MS),
    fingerprint: alert.fingerprint,
    receivers: [{ name: RECEIVER }],
    startsAt: timeText(alert.startsMs),
    status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
    updatedAt: timeText(alert.updatedMs),
    generatorURL: externalUrl,
    labels: alert.labels,
  };
}
