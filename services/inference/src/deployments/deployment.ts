import type { Source } from '@weir/config';
import type { DeploymentState, EngineState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { createBreaker, type Breaker } from '@weir/resilience';
import type { Bound } from '@weir/telemetry';
import type { GenerationCall, GenerationPart, Prompt } from '../generation/generation.js';
import { GenerationMeter, type EngineLabels } from '../generation/generation-meter.js';
import type { InferenceSettings } from '../inference.config.js';
import type { inferenceMetrics } from '../inference.metrics.js';
import { isEngineFault } from './breaker-outcome.js';
import type { EngineBackend } from './engine-backend.js';

export interface DeploymentParts {
  readonly state: DeploymentState;
  readonly labels: EngineLabels;
  readonly backend: EngineBackend;
  readonly settings: InferenceSettings;
  readonly source: Source;
  readonly metrics: Bound<typeof inferenceMetrics>;
  /** Called after each change of what this deployment reports. */
  readonly onReport: (report: EngineState) => void;
}

/** One deployment of the registry: its backend behind a breaker, measured and reported. */
export class Deployment implements AsyncDisposable {
  private readonly breaker: Breaker;
  private reportedAt = 0;
  private readonly waitingForSettled: (() => void)[] = [];

  constructor(private readonly parts: DeploymentParts) {
    const { settings, state, source } = parts;
    this.breaker = createBreaker({
      name: state.id,
      errorThresholdPercent: settings.breakerErrorPercent,
      volumeThreshold: settings.breakerVolume,
      windowMs: 10_000,
      openMs: settings.breakerOpenMs,
      now: () => source.now(),
    });
    this.breaker.onChange(() => this.report());
  }

  get id(): string {
    return this.parts.state.id;
  }

  /** The backend's state; `open` while the breaker keeps requests from an engine that seems ready. */
  get status(): { readonly state: EngineState['state']; readonly reason: string } {
    const { status } = this.parts.backend;
    if (status.state !== 'ready' || this.breaker.state === 'closed') return status;
    return { state: 'open', reason: `The breaker is ${this.breaker.state} after failed requests.` };
  }

  get backend(): EngineBackend {
    return this.parts.backend;
  }

  /** Also proof that the engine is sound again: what failed before its last start says nothing about it. */
  onBackendStatus(): void {
    if (this.parts.backend.status.state === 'ready' && this.breaker.state !== 'closed') this.breaker.release();
    this.report();
    if (!this.isSettled) return;
    for (const resolve of this.waitingForSettled.splice(0)) resolve();
  }

  private get isSettled(): boolean {
    const { state } = this.parts.backend.status;
    return state !== 'loading' && state !== 'restarting';
  }

  /** Every failure is a WeirError. */
  async *generate(call: GenerationCall): AsyncGenerator<GenerationPart> {
    const { metrics, labels, source, backend } = this.parts;
    const meter = new GenerationMeter(metrics, labels, () => source.monotonic());
    const permit = this.admit();
    try {
      for await (const part of backend.generate(call)) {
        meter.onPart(part);
        if (part.finish) permit.succeed();
        yield part;
      }
    } catch (error) {
      meter.onError(error);
      if (isEngineFault(error)) permit.fail(error);
      throw error;
    } finally {
      permit.ignore();
    }
  }

  countTokens(prompt: Prompt): Promise<number> {
    return this.parts.backend.countTokens(prompt);
  }

  /** Resolves when it is neither loading nor restarting. */
  settled(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    return new Promise((resolve) => this.waitingForSettled.push(resolve));
  }

  report(): void {
    const { backend, state, source } = this.parts;
    this.reportedAt = Math.max(source.now(), this.reportedAt + 1);
    this.parts.onReport({
      deployment_id: state.id,
      ...this.status,
      slots: backend.slots,
      context_tokens: backend.contextTokens,
      artifact_sha256: backend.artifactSha256,
      reported_at: this.reportedAt,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.parts.backend.stop();
    this.breaker.close();
  }

  private admit() {
    const admission = this.breaker.admit();
    if (admission.admitted) return admission.permit;
    throw new WeirError('engine_unavailable', 'The engine failed too often and is given a pause.', {
      retryAfterMs: admission.retryAfterMs,
    });
  }
}
