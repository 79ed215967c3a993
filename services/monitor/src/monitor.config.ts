import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const whole = (usual: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(usual);

const share = (usual: number) => z.coerce.number().gt(0).lt(1).default(usual);

const driftSettings = {
  driftIntervalMs: setting(
    'WEIR_MONITOR_DRIFT_INTERVAL_MS',
    whole(60_000, 50, DAY_MS),
    'Time between two drift checks of one model of one project, in milliseconds.',
  ),
  driftMinSamples: setting(
    'WEIR_MONITOR_DRIFT_MIN_SAMPLES',
    whole(100, 10, 1000),
    'Samples that the reference and the current window need each; below that the state is insufficient_data.',
  ),
  driftReferenceSamples: setting(
    'WEIR_MONITOR_DRIFT_REFERENCE_SAMPLES',
    whole(500, 10, 1000),
    'The first so many requests of a model become its reference, unless one was set before.',
  ),
  driftAlpha: setting(
    'WEIR_MONITOR_DRIFT_ALPHA',
    share(0.01),
    'Chance of a false alarm per check over all series of a model (Holm).',
  ),
  driftMinEffect: setting(
    'WEIR_MONITOR_DRIFT_MIN_EFFECT',
    share(0.1),
    'Kolmogorov-Smirnov statistic below which a difference is too small to be called drift, however certain it is.',
  ),
  findingRepeatMs: setting(
    'WEIR_MONITOR_FINDING_REPEAT_MS',
    whole(HOUR_MS, 1000, DAY_MS),
    'A finding whose state stays is told again after this time, in milliseconds.',
  ),
};

const sloSettings = {
  sloObjective: setting(
    'WEIR_MONITOR_SLO_OBJECTIVE',
    share(0.995),
    'Share of requests that must not fail for a fault of the service.',
  ),
  sloPeriodDays: setting(
    'WEIR_MONITOR_SLO_PERIOD_DAYS',
    whole(30, 1, 90),
    'Days over which the error budget is counted.',
  ),
  sloIntervalMs: setting(
    'WEIR_MONITOR_SLO_INTERVAL_MS',
    whole(15_000, 50, HOUR_MS),
    'Time between two evaluations of the alert rules, in milliseconds.',
  ),
  sloMinEvents: setting(
    'WEIR_MONITOR_SLO_MIN_EVENTS',
    whole(20, 1, 1_000_000),
    'Requests that the long window of a rule needs before the rule may fire.',
  ),
};

const webhookSettings = {
  webhookUrl: setting(
    'WEIR_MONITOR_WEBHOOK_URL',
    z.string().default(''),
    'Receives alerts in the form of an Alertmanager webhook, version 4; empty = none.',
    { secret: true },
  ),
  externalUrl: setting(
    'WEIR_MONITOR_EXTERNAL_URL',
    z.string().default('http://127.0.0.1:8080'),
    'Address of this installation in notifications.',
  ),
  webhookAttempts: setting(
    'WEIR_MONITOR_WEBHOOK_ATTEMPTS',
    whole(10, 1, 100),
    'Attempts at one notification before it is given up.',
  ),
  webhookBaseMs: setting(
    'WEIR_MONITOR_WEBHOOK_BASE_MS',
    whole(1000, 1, 60_000),
    'Bound of the first wait between two attempts, in milliseconds; it doubles up to 5 minutes.',
  ),
  webhookIntervalMs: setting(
    'WEIR_MONITOR_WEBHOOK_INTERVAL_MS',
    whole(1000, 20, 60_000),
    'How often notifications that are due are looked for, in milliseconds.',
  ),
};

export const monitorSettings = {
  batchLingerMs: setting(
    'WEIR_MONITOR_BATCH_LINGER_MS',
    whole(100, 0, 1000),
    'How long an event waits for others to be counted with, in milliseconds; answers never wait for it.',
  ),
  ...driftSettings,
  ...sloSettings,
  ...webhookSettings,
  minuteRetentionMs: setting(
    'WEIR_MONITOR_MINUTE_RETENTION_MS',
    whole(3 * DAY_MS, DAY_MS, 31 * DAY_MS),
    'How long sums per minute are kept, in milliseconds; older times are known by the hour.',
  ),
  hourRetentionMs: setting(
    'WEIR_MONITOR_HOUR_RETENTION_MS',
    whole(400 * DAY_MS, 31 * DAY_MS, 4000 * DAY_MS),
    'How long sums per hour, findings, ended alerts and their notifications are kept, in milliseconds.',
  ),
};

export type MonitorSettings = SettingsValues<typeof monitorSettings>;

/** Token of the values: `@Inject(MONITOR_SETTINGS) settings: MonitorSettings`. */
export const MONITOR_SETTINGS = Symbol('weir.monitor-settings');
