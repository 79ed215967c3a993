import type { Source } from '@weir/config';
import type { DeploymentState, EngineState, EngineUsage } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { createBreaker, type Breaker, type BreakerCause, type BreakerState, type Permit } from '@weir/resilience';
import type { Bound, Logger } from '@weir/telemetry';
import type { GenerationCall, GenerationPart, Prompt } from '../generation/generation.js';
import type { EmbeddingCall, Embeddings } from '../generation/tokens.js';
import { GenerationMeter, type EngineLabels } from '../generation/generation-meter.js';
import { Quarantine } from '../health/quarantine.js';
import { EngineUsageMeter } from '../usage/engine-usage.js';
import type { InferenceSettings } from '../inference.config.js';
import type { inferenceMetrics } from '../inference.metrics.js';
import { breakerOptions } from './breaker-options.js';
import type { EngineBackend } from './engine-backend.js';
import { guardedGeneration, guardedWork, type GuardedCallParts } from './guarded-call.js';

export interface DeploymentParts {
  readonly state: DeploymentState;
  readonly labels: EngineLabels;
  readonly backend: EngineBackend;
  readonly settings: InferenceSettings;
  readonly source: Source;
  readonly metrics: Bound<typeof inferenceMetrics>;
  readonly logger: Logger;
  /** Called after each change of what this deployment reports. */
  readonly onReport: (report: EngineState) => void;
  /** Called with the machine time and the tokens of each span. */
  readonly onUsage: (usage: EngineUsage) => void;
}

/** Values of the gauge. */
const BREAKER_STATES: Record<BreakerState, number> = { closed: 0, half_open: 1, open: 2, isolated: 3 };

/** What callers read; the reasons in words are for operators. */
const REFUSALS = {
  open: 'The engine failed too often and is given a pause.',
  probing: 'The engine failed too often and is being tried with other requests.',
  isolated: 'The deployment is kept away from requests by an operator.',
};

/** One deployment of the registry: its backend behind a breaker, measured and reported. */
export class Deployment implements AsyncDisposable {
  private readonly breaker: Breaker;
  private readonly quarantine: Quarantine;
  private readonly usage: EngineUsageMeter;
  private reportedAt = 0;
  private readonly waitingForSettled: (() => void)[] = [];

  constructor(private readonly parts: DeploymentParts) {
    const { settings, state, source, metrics, labels, logger } = parts;
    this.breaker = createBreaker(breakerOptions(state, settings, source));
    this.breaker.onChange((to, reason, cause) => this.onBreakerChange(to, reason, cause));
    metrics.breakerState.set(labels, BREAKER_STATES.closed);
    this.usage = new EngineUsageMeter(source);
    this.quarantine = new Quarantine({
      deploymentId: state.id,
      now: () => source.now(),
      onQuarantined: (hash) => {
        metrics.quarantined.inc(labels);
        logger.error({ deployment: state.id, hash }, 'a request ended its engine twice and is refused');
      },
    });
  }

  get id(): string {
    return this.parts.state.id;
  }

  /** The backend's state; `open` while the breaker keeps requests from an engine that seems ready. */
  get status(): { readonly state: EngineState['state']; readonly reason: string } {
    const { status } = this.parts.backend;
    if (status.state !== 'ready' || this.breaker.state === 'closed') return status;
    return { state: 'open', reason: `The breaker is ${this.breaker.state}: ${this.breaker.reason}` };
  }

  get breakerStatus(): { readonly state: BreakerState; readonly reason: string } {
    const { state, reason } = this.breaker;
    return { state, reason };
  }

  /** Hashes of the requests that are refused because they ended the engine twice. */
  get quarantined(): string[] {
    return this.quarantine.refused;
  }

  get backend(): EngineBackend {
    return this.parts.backend;
  }

  /** Also proof that the engine is sound again: what failed before its last start says nothing about it. */
  onBackendStatus(): void {
    const { state } = this.parts.backend.status;
    if (state === 'ready') this.breaker.reset();
    this.usage.setLoaded(this.parts.backend.isLoaded);
    this.report();
    if (!this.isSettled) return;
    for (const resolve of this.waitingForSettled.splice(0)) resolve();
  }

  /** Called after each change of how many requests run. */
  onLoadChange(): void {
    this.usage.setBusy(this.parts.backend.running > 0);
  }

  private get isSettled(): boolean {
    const { state } = this.parts.backend.status;
    return state !== 'loading' && state !== 'restarting';
  }

  /** Lets no request through until it is released. */
  isolate(reason: string, by: string): void {
    this.parts.logger.warn({ deployment: this.id, reason, by }, 'a deployment is isolated');
    this.breaker.isolate(`isolated by ${by}: ${reason}`);
  }

  /** Lets requests through again, isolated or not. */
  release(by = ''): void {
    this.parts.logger.warn({ deployment: this.id, by }, 'a deployment is released');
    this.breaker.release();
  }

  /** Every failure is a WeirError. */
  async *generate(call: GenerationCall): AsyncGenerator<GenerationPart> {
    const { metrics, labels, source, backend, state } = this.parts;
    const { request } = call;
    const meter = new GenerationMeter({
      metrics,
      labels,
      monotonic: () => source.monotonic(),
      maxTokens: request.options.maxTokens ?? state.engine.max_output_tokens,
      onUse: (use) => this.usage.count(use),
    });
    try {
      this.quarantine.check(request);
      for await (const part of guardedGeneration(backend, call, this.guard())) {
        meter.onPart(part);
        yield part;
      }
      this.quarantine.onSuccess(request);
    } catch (error) {
      meter.onError(error);
      this.quarantine.onFailure(request, error);
      throw error;
    }
  }

  /** Every failure is a WeirError. */
  async embed(call: EmbeddingCall): Promise<Embeddings> {
    const { backend } = this.parts;
    const embedded = await guardedWork((signal) => backend.embed({ ...call, signal }), call.signal, this.guard());
    this.usage.count({ inputTokens: embedded.inputTokens, outputTokens: 0, cachedInputTokens: 0 });
    return embedded;
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
      breaker: this.breaker.state,
      breaker_reason: this.breaker.reason,
      device: backend.device,
      reported_at: this.reportedAt,
    });
  }

  /** Tells the machine time and the tokens since the last time. */
  reportUsage(): void {
    const { backend, state, metrics, labels } = this.parts;
    const span = this.usage.take();
    if (!span) return;
    metrics.loadedSeconds.inc(labels, span.loaded_ms / 1_000);
    metrics.busySeconds.inc(labels, span.busy_ms / 1_000);
    const { usd_per_hour } = state.engine;
    this.parts.onUsage({
      deployment_id: state.id,
      model_name: state.model_name,
      device: backend.device,
      ...span,
      ...(usd_per_hour === '' ? {} : { usd_per_hour }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.parts.backend.stop();
    this.reportUsage();
    this.breaker.close();
  }

  private onBreakerChange(to: BreakerState, reason: string, cause: BreakerCause): void {
    const { metrics, labels, logger, state } = this.parts;
    metrics.breakerState.set(labels, BREAKER_STATES[to]);
    metrics.breakerTransitions.inc({ ...labels, to, reason: cause });
    logger.warn({ deployment: state.id, breaker: to, reason }, 'the breaker of a deployment changed');
    this.report();
  }

  private guard(): GuardedCallParts {
    const { settings, metrics, labels } = this.parts;
    return {
      permit: this.admit(),
      deadlines: {
        firstMs: settings.firstTokenSeconds * 1_000,
        gapMs: settings.gapSeconds * 1_000,
        totalMs: settings.totalSeconds * 1_000,
      },
      queueMs: settings.queueWaitSeconds * 1_000,
      onExpire: (kind) => metrics.expired.inc({ ...labels, kind }),
    };
  }

  private admit(): Permit {
    const admission = this.breaker.admit();
    if (admission.admitted) return admission.permit;
    const { retryAfterMs } = admission;
    if (admission.cause === 'capacity') {
      const message = `The engine holds ${this.breaker.inFlight} requests, as many as it may.`;
      throw new WeirError('engine_overloaded', message, {
        retryAfterMs: Math.max(retryAfterMs, this.parts.backend.retryAfterMs()),
      });
    }
    throw new WeirError('engine_unavailable', REFUSALS[admission.cause], { retryAfterMs });
  }
}
