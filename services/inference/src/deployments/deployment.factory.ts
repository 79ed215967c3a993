import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { DeploymentState, ModelVersionState } from '@weir/contracts';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import type { StepReport } from '../../engine/src/protocol.js';
import { DevicePlacement } from '../devices/device-placement.js';
import { DevicesService } from '../devices/devices.service.js';
import type { EngineLabels } from '../generation/generation-meter.js';
import { INFERENCE_SETTINGS, type InferenceSettings } from '../inference.config.js';
import { InferenceEvents } from '../inference.events.js';
import { inferenceMetrics } from '../inference.metrics.js';
import { LlamacppBackend } from '../llamacpp/llamacpp-backend.js';
import { EndpointGauges } from '../upstream/capacity/endpoint-gauges.js';
import { QualityGate } from '../quality/quality-gate.service.js';
import { SchedulerMeter } from '../scheduler/scheduler-meter.js';
import { UpstreamBackend } from '../upstream/upstream-backend.js';
import { Deployment } from './deployment.js';
import type { BackendStatus, EngineBackend } from './engine-backend.js';

interface Wiring {
  readonly deployment: DeploymentState;
  readonly version: ModelVersionState;
  readonly labels: EngineLabels;
  /** There once the deployment is made; a backend tells nothing before it is started. */
  readonly made: { deployment?: Deployment };
}

/** KV cells are told in blocks of so many, since dashboards expect blocks. */
const BLOCK_TOKENS = 64;
/** Routers look for this metric; no engine here has adapters. */
const NO_ADAPTERS = { max_lora: 0, running_lora_adapters: '', waiting_lora_adapters: '' };

/** Makes deployments with the backend of their kind. */
@Injectable()
export class DeploymentFactory {
  private readonly metrics: Bound<typeof inferenceMetrics>;

  constructor(
    @Inject(INFERENCE_SETTINGS) private readonly settings: InferenceSettings,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly events: InferenceEvents,
    private readonly gate: QualityGate,
    private readonly devices: DevicesService,
    metrics: Metrics,
  ) {
    this.metrics = metrics.bind(inferenceMetrics);
  }

  create(deployment: DeploymentState, version: ModelVersionState): Deployment {
    const labels = { model_name: deployment.model_name, engine: deployment.name };
    const wiring: Wiring = { deployment, version, labels, made: {} };
    const backend = deployment.engine.kind === 'llamacpp' ? this.llamacpp(wiring) : this.upstream(wiring);
    const { settings, source, metrics } = this;
    const onReport = (report: Parameters<InferenceEvents['engineState']>[0]) => this.events.engineState(report);
    wiring.made.deployment = new Deployment({
      state: deployment,
      labels,
      backend,
      settings,
      source,
      metrics,
      logger: this.logger,
      onReport,
      onUsage: (usage) => this.events.engineUsage(usage),
    });
    this.metrics.loraInfo.set({ ...labels, ...NO_ADAPTERS }, source.now() / 1_000);
    return wiring.made.deployment;
  }

  private llamacpp(wiring: Wiring): EngineBackend {
    const { settings, source, logger } = this;
    const { deployment, version, labels, made } = wiring;
    return new LlamacppBackend({
      deployment,
      version,
      settings,
      source,
      logger,
      admit: (weights) => this.gate.admit(deployment.id, weights),
      devices: new DevicePlacement(this.devices, deployment),
      onStatus: (status) => this.onStatus(wiring, status),
      onStep: (step) => this.onStep(labels, step),
      onLoadChange: () => this.onLoadChange(labels, made.deployment),
      scheduling: new SchedulerMeter(this.metrics, labels),
    });
  }

  private upstream(wiring: Wiring): EngineBackend {
    const { settings, source, logger } = this;
    const { deployment, version, labels, made } = wiring;
    const gauges = new EndpointGauges(this.metrics, labels.engine);
    return new UpstreamBackend({
      deployment,
      contextTokens: version.context_tokens || deployment.engine.context_tokens,
      settings,
      secrets: { env: undefined, directory: settings.secretDirectory },
      source,
      logger,
      onStatus: (status) => this.onStatus(wiring, status),
      onLoadChange: () => this.onLoadChange(labels, made.deployment),
      scheduling: new SchedulerMeter(this.metrics, labels),
      onUsageMissing: () => this.metrics.usageMissing.inc(labels),
      onEndpoints: (endpoints) => gauges.show(endpoints),
    });
  }

  private onStatus({ labels, made }: Wiring, { state }: BackendStatus): void {
    if (state === 'restarting') this.metrics.restarts.inc(labels);
    if (state === 'ready' && made.deployment) this.tellCells(labels, made.deployment.backend);
    made.deployment?.onBackendStatus();
  }

  /** As vLLM tells its blocks; upstreams have cells of their own. */
  private tellCells(labels: EngineLabels, { slots, contextTokens, device }: EngineBackend): void {
    if (device === '') return;
    const blocks = Math.floor((slots * contextTokens) / BLOCK_TOKENS);
    this.metrics.cacheConfig.set({ ...labels, block_size: BLOCK_TOKENS, num_gpu_blocks: blocks }, 1);
  }

  private onStep(labels: EngineLabels, { batches, kvUsage }: StepReport): void {
    this.metrics.kvUsage.set(labels, kvUsage);
    for (const tokens of batches) this.metrics.iterationTokens.observe(labels, tokens);
  }

  private onLoadChange(labels: EngineLabels, deployment: Deployment | undefined): void {
    if (!deployment) return;
    this.metrics.running.set(labels, deployment.backend.running);
    this.metrics.waiting.set(labels, deployment.backend.waiting);
    deployment.onLoadChange();
  }
}
