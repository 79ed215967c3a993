import { settingsWith, systemSource, type Source } from '@weir/config';
import {
  guardrailVerdict,
  inferenceCompleted,
  type GuardrailVerdict,
  type InferenceCompleted,
  type WeirEvent,
} from '@weir/contracts';
import type { Database } from '@weir/database';
import { silentLogger, testDatabase, testMetrics } from '@weir/testing';
import { monitorMigrations } from '../migrations/index.js';
import { AggregateRepository } from '../src/aggregates/aggregate.repository.js';
import { ObservationService } from '../src/aggregates/observation.service.js';
import { SummaryService } from '../src/aggregates/summary.service.js';
import { AlertRepository } from '../src/alerts/alert.repository.js';
import { AlertService } from '../src/alerts/alert.service.js';
import { NotificationRepository } from '../src/alerts/notification.repository.js';
import { NotificationService } from '../src/alerts/notification.service.js';
import { WebhookClient } from '../src/alerts/webhook.client.js';
import { DriftRepository } from '../src/drift/drift.repository.js';
import { DriftService } from '../src/drift/drift.service.js';
import { FindingRepository } from '../src/drift/finding.repository.js';
import { SampleRepository } from '../src/drift/sample.repository.js';
import { monitorSettings, type MonitorSettings } from '../src/monitor.config.js';
import { RetentionService } from '../src/schedule/retention.service.js';
import { SloRepository } from '../src/slo/slo.repository.js';
import { SloService } from '../src/slo/slo.service.js';

export const monitorDatabase = () => testDatabase({ service: 'monitor', migrations: monitorMigrations });

/** The monitor without its doors and schedules: the real services and repositories over one database. */
export function partsOver(
  database: Database,
  { source = systemSource, settings: given = {} }: { source?: Source; settings?: Partial<MonitorSettings> } = {},
) {
  const settings = settingsWith(monitorSettings, { batchLingerMs: 0, ...given });
  const metrics = testMetrics();
  const aggregates = new AggregateRepository(database);
  const driftRows = new DriftRepository(database);
  const findings = new FindingRepository(database);
  const alertRows = new AlertRepository(database);
  const notificationRows = new NotificationRepository(database);
  const alerts = new AlertService(database, alertRows, notificationRows, source, settings, metrics);
  const webhook = new WebhookClient();
  return {
    database,
    metrics,
    aggregates,
    driftRows,
    findings,
    alertRows,
    alerts,
    webhook,
    observations: new ObservationService(
      database,
      aggregates,
      new SampleRepository(source, settings),
      settings,
      metrics,
    ),
    summaries: new SummaryService(aggregates, source, settings),
    drift: new DriftService(database, driftRows, findings, source, settings, metrics),
    slos: new SloService(new SloRepository(database), alerts, source, settings, metrics),
    notifications: new NotificationService(notificationRows, webhook, source, settings, silentLogger, metrics),
    retention: new RetentionService(
      aggregates,
      findings,
      alertRows,
      notificationRows,
      source,
      settings,
      silentLogger,
      metrics,
    ),
  };
}

export type Parts = ReturnType<typeof partsOver>;

export interface Who {
  readonly organizationId: string;
  readonly projectId: string;
}

export const someone = (): Who => ({
  organizationId: `org-${systemSource.uuid()}`,
  projectId: `project-${systemSource.uuid()}`,
});

/** A request that was answered: 100 input and 50 output tokens for 0.0002 USD in 200 ms, 40 ms to the first token. */
export function completedEvent(
  { organizationId, projectId }: Who,
  given: Partial<InferenceCompleted> = {},
): WeirEvent<InferenceCompleted> {
  const id = systemSource.uuid();
  const now = given.ended_at ?? systemSource.now();
  const data = inferenceCompleted.data.parse({
    request_id: id,
    organization_id: organizationId,
    project_id: projectId,
    api_key_id: 'key',
    operation_name: 'chat',
    door: 'http',
    request_model: 'smollm2',
    stream: false,
    outcome: 'ok',
    finish_reasons: ['stop'],
    input_tokens: 100,
    cached_input_tokens: 0,
    output_tokens: 50,
    cost_usd: '0.0002',
    started_at: now,
    ended_at: now,
    time_to_first_token_ms: 40,
    duration_ms: 200,
    stages_ms: {},
    ...given,
  });
  return { id, source: inferenceCompleted.source, type: inferenceCompleted.type, time: now, data };
}

export function failedEvent(who: Who, given: Partial<InferenceCompleted> = {}): WeirEvent<InferenceCompleted> {
  return completedEvent(who, {
    outcome: 'error',
    error_code: 'engine_failed',
    finish_reasons: [],
    output_tokens: 0,
    cost_usd: '0',
    ...given,
  });
}

export function verdictEvent(
  { organizationId, projectId }: Who,
  given: Partial<GuardrailVerdict> = {},
): WeirEvent<GuardrailVerdict> {
  const id = systemSource.uuid();
  const now = given.decided_at ?? systemSource.now();
  const data = guardrailVerdict.data.parse({
    verdict_id: id,
    request_id: systemSource.uuid(),
    organization_id: organizationId,
    project_id: projectId,
    api_key_id: 'key',
    model: 'smollm2',
    policy: 'default',
    policy_version: 1,
    stage: 'input',
    action: 'mask',
    findings: [],
    findings_omitted: 0,
    characters: 10,
    duration_us: 5,
    decided_at: now,
    ...given,
  });
  return { id, source: guardrailVerdict.source, type: guardrailVerdict.type, time: now, data };
}
