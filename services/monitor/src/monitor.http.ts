import { Controller, Get, Inject } from '@nestjs/common';
import { Access, CurrentPrincipal, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { Principal } from '@weir/grpc';
import { AggregateRepository } from './aggregates/aggregate.repository.js';
import { AlertRepository } from './alerts/alert.repository.js';
import { gettableAlert } from './alerts/alertmanager.js';
import { DriftRepository } from './drift/drift.repository.js';
import { driftRequests, modelInfo } from './drift/trustyai.js';
import { MONITOR_SETTINGS, type MonitorSettings } from './monitor.config.js';

/** What dashboards and scripts of Alertmanager and TrustyAI read. */
@Controller()
@Access({ scope: 'monitor.read' })
export class MonitorHttp {
  constructor(
    private readonly alerts: AlertRepository,
    private readonly aggregates: AggregateRepository,
    private readonly drift: DriftRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
  ) {}

  /** Alerts that fire, in the form of Alertmanager's API, version 2. */
  @Get('api/v2/alerts')
  async firing() {
    const alerts = await this.alerts.list();
    const firing = alerts.filter(({ status }) => status === 'firing');
    return firing.map((alert) => gettableAlert(alert, this.settings.externalUrl, this.source.now()));
  }

  /** Models of the caller's organisation with their counts. */
  @Get('info')
  async info(@CurrentPrincipal() { organizationId }: Principal) {
    const models = await this.aggregates.models(organizationId);
    return modelInfo(models, await this.drift.checked(organizationId));
  }

  /** The checks that are scheduled, each with its last result. */
  @Get('metrics/drift/kstest/requests')
  async driftRequests(@CurrentPrincipal() { organizationId }: Principal) {
    return driftRequests(await this.drift.checked(organizationId), this.settings);
  }
}
