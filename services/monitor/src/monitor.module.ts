import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider } from '@weir/bootstrap';
import { monitorMigrations } from '../migrations/index.js';
import { AggregateRepository } from './aggregates/aggregate.repository.js';
import { CompletedConsumer } from './aggregates/completed.consumer.js';
import { ObservationService } from './aggregates/observation.service.js';
import { SummaryService } from './aggregates/summary.service.js';
import { VerdictConsumer } from './aggregates/verdict.consumer.js';
import { AlertRepository } from './alerts/alert.repository.js';
import { AlertService } from './alerts/alert.service.js';
import { NotificationRepository } from './alerts/notification.repository.js';
import { NotificationService } from './alerts/notification.service.js';
import { WebhookClient } from './alerts/webhook.client.js';
import { DriftRepository } from './drift/drift.repository.js';
import { DriftSchedule } from './drift/drift-schedule.service.js';
import { DriftService } from './drift/drift.service.js';
import { FindingRepository } from './drift/finding.repository.js';
import { SampleRepository } from './drift/sample.repository.js';
import { MONITOR_SETTINGS, monitorSettings } from './monitor.config.js';
import { MonitorGrpc } from './monitor.grpc.js';
import { MonitorHttp } from './monitor.http.js';
import { RetentionService } from './schedule/retention.service.js';
import { SloRepository } from './slo/slo.repository.js';
import { SloSchedule } from './slo/slo-schedule.service.js';
import { SloService } from './slo/slo.service.js';

@Module({
  imports: [DatabaseModule.forService('monitor', { migrations: monitorMigrations })],
  controllers: [MonitorHttp],
  providers: [
    settingsProvider(MONITOR_SETTINGS, monitorSettings),
    AggregateRepository,
    SampleRepository,
    DriftRepository,
    FindingRepository,
    SloRepository,
    AlertRepository,
    NotificationRepository,
    WebhookClient,
    ObservationService,
    SummaryService,
    AlertService,
    SloService,
    DriftService,
    NotificationService,
    SloSchedule,
    DriftSchedule,
    RetentionService,
    CompletedConsumer,
    VerdictConsumer,
    MonitorGrpc,
  ],
})
export class MonitorModule {}
