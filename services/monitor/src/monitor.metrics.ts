import { counter, gauge, histogram } from '@weir/telemetry';

export const monitorMetrics = {
  events: counter('weir_monitor_events_total', 'Events consumed: counted or duplicate.', ['event', 'outcome']),
  driftStatistic: gauge(
    'weir_monitor_drift_statistic',
    'Kolmogorov-Smirnov statistic of the last check, 0 to 1; no value while there are too few samples.',
    ['project', 'model', 'series'],
  ),
  findings: counter('weir_monitor_findings_total', 'Findings announced.', ['series', 'state']),
  checkSeconds: histogram(
    'weir_monitor_drift_check_duration_seconds',
    'Time of the drift check of one model of one project.',
    [],
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  ),
  burnRate: gauge(
    'weir_monitor_slo_burn_rate',
    'How many times faster than allowed the error budget is spent; no value without requests.',
    ['slo', 'window'],
  ),
  budgetRemaining: gauge(
    'weir_monitor_error_budget_remaining',
    'Share of the error budget that is left; below 0 when overspent.',
    ['slo'],
  ),
  alertChanges: counter('weir_monitor_alert_changes_total', 'Alerts that began to fire or were resolved.', [
    'alert',
    'status',
  ]),
  notifications: counter('weir_monitor_notifications_total', 'Attempts at webhook notifications.', ['outcome']),
  failures: counter('weir_monitor_task_failures_total', 'Turns of a scheduled task that failed.', ['task']),
};
