import { GrpcHandlers, RegistrySnapshot } from '@weir/bootstrap';
import { monitorV1, type MonitorFinding } from '@weir/contracts';
import type { CallContext, Handlers } from '@weir/grpc';
import { optionalName, readName, readPage, readSeries } from './access/requests.js';
import { assertVisible, confinedTo } from './access/tenant-view.js';
import { SummaryService } from './aggregates/summary.service.js';
import type { Alert } from './alerts/alert.js';
import { AlertRepository } from './alerts/alert.repository.js';
import { DriftService } from './drift/drift.service.js';
import { FindingRepository } from './drift/finding.repository.js';
import { WINDOW_NAMES } from './slo/burn-rate.js';
import { SloService, type SloReport } from './slo/slo.service.js';

const READ = { services: ['operator'], scope: 'monitor.read' } as const;
const WRITE = { services: ['operator'], scope: 'admin' } as const;

/** What was seen. A key sees the projects of its organisation; SLOs and alerts are those of the installation. */
@GrpcHandlers(monitorV1.MonitorServiceDefinition, {
  getSummary: READ,
  listFindings: READ,
  listSlos: READ,
  listAlerts: READ,
  setReference: WRITE,
})
export class MonitorGrpc implements Handlers<monitorV1.MonitorServiceDefinition> {
  constructor(
    private readonly summaries: SummaryService,
    private readonly findings: FindingRepository,
    private readonly drift: DriftService,
    private readonly slos: SloService,
    private readonly alerts: AlertRepository,
    private readonly registry: RegistrySnapshot,
  ) {}

  async getSummary(request: monitorV1.GetSummaryRequest, call: CallContext): Promise<monitorV1.GetSummaryResponse> {
    const organizationId = confinedTo(call);
    const projectId = optionalName(request.projectId, 'project_id');
    if (projectId !== undefined) this.#assertVisible(projectId, organizationId);
    const model = optionalName(request.model, 'model');
    return this.summaries.summarize({ ...request, organizationId, projectId, model });
  }

  async listFindings(request: monitorV1.ListFindingsRequest, call: CallContext) {
    const { limit, beforeId } = readPage(request);
    const found = await this.findings.list({ organizationId: confinedTo(call), limit: limit + 1, beforeId });
    const shown = found.slice(0, limit);
    const nextPageToken = found.length > limit ? (shown.at(-1)?.finding_id ?? '') : '';
    return { findings: shown.map(findingMessage), nextPageToken };
  }

  async listSlos() {
    return { slos: [sloMessage(await this.slos.report())] };
  }

  async listAlerts() {
    return { alerts: (await this.alerts.list()).map(alertMessage) };
  }

  async setReference(request: monitorV1.SetReferenceRequest, call: CallContext) {
    const organizationId = confinedTo(call);
    const projectId = readName(request.projectId, 'project_id');
    this.#assertVisible(projectId, organizationId);
    const target = { projectId, model: readName(request.model, 'model'), series: readSeries(request.series) };
    return { samples: await this.drift.setReference(target, organizationId) };
  }

  #assertVisible(projectId: string, organizationId: string | undefined): void {
    assertVisible(projectId, (id) => this.registry.project(id)?.organization_id, organizationId);
  }
}

function findingMessage(finding: MonitorFinding): monitorV1.Finding {
  return {
    id: finding.finding_id,
    kind: finding.kind,
    metric: finding.metric,
    projectId: finding.project_id,
    model: finding.model,
    series: finding.series,
    state: finding.state,
    value: finding.value,
    threshold: finding.threshold,
    pValue: finding.p_value,
    referenceSamples: finding.reference_samples,
    currentSamples: finding.current_samples,
    atMs: finding.found_at,
  };
}

/** A window without requests has no burn rate and is left out. */
function sloMessage({ name, objective, rates, budgetRemaining }: SloReport): monitorV1.Slo {
  const burnRates = WINDOW_NAMES.flatMap((window) => {
    const value = rates[window].burnRate;
    return value === undefined ? [] : [{ window, value }];
  });
  return { name, objective, burnRates, errorBudgetRemaining: budgetRemaining };
}

function alertMessage(alert: Alert): monitorV1.Alert {
  return {
    fingerprint: alert.fingerprint,
    name: alert.name,
    status: alert.status,
    severity: alert.severity,
    labels: { ...alert.labels },
    annotations: { ...alert.annotations },
    startsAtMs: alert.startsMs,
    endsAtMs: alert.endsMs,
  };
}
