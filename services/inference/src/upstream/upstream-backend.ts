import { readSecret, type SecretPlaces } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { asWeirError, WeirError } from '@weir/errors';
import { PeriodicTask } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import { isEngineFault } from '../deployments/breaker-outcome.js';
import type {
  BackendCall,
  BackendStatus,
  Capacity,
  EndpointStatus,
  EngineBackend,
} from '../deployments/engine-backend.js';
import type { GenerationPart, Prompt } from '../generation/generation.js';
import type { EmbeddingCall, Embeddings, TokenizerInfo } from '../generation/tokens.js';
import type { InferenceSettings } from '../inference.config.js';
import { PartCharge } from '../scheduler/part-charge.js';
import { PromptEstimate } from '../scheduler/measures/prompt-estimate.js';
import { slotRequestOf } from '../scheduler/slot-request.js';
import {
  SlotScheduler,
  type SchedulerObserver,
  type SlotLease,
  type SlotRequest,
} from '../scheduler/slot-scheduler.js';
import { embeddingTokensEstimate } from './request/embedding-body.js';
import { UpstreamAnswer } from './upstream-answer.js';
import { upstreamEmbeddings } from './upstream-embeddings.js';
import { UpstreamTokenizer } from './upstream-tokenizer.js';
import { UpstreamEndpoints, type Outcome, type UpstreamEndpoint } from './upstream-endpoints.js';

const PROBE_EVERY_MS = 2_000;
/** Milliseconds after the last request for which the upstream is still asked for its load. */
const IN_USE_MS = 60_000;

export interface UpstreamBackendOptions {
  readonly deployment: DeploymentState;
  readonly contextTokens: number;
  readonly settings: InferenceSettings;
  readonly secrets: SecretPlaces;
  readonly source: Source;
  readonly logger: Logger;
  readonly onStatus: (status: BackendStatus) => void;
  readonly onLoadChange: () => void;
  readonly scheduling?: SchedulerObserver;
  /** An answer ended without the usage that was asked for, or with a wrong one. */
  readonly onUsageMissing: () => void;
  /** What is known of the addresses may have changed; none once it is stopped. */
  readonly onEndpoints?: (endpoints: readonly EndpointStatus[]) => void;
}

/** Runs requests at an OpenAI-compatible server elsewhere, or at several of them. */
export class UpstreamBackend implements EngineBackend {
  status: BackendStatus = { state: 'unloaded', reason: '' };
  readonly artifactSha256 = '';
  readonly device = '';
  private readonly scheduler: SlotScheduler;
  private readonly estimate = new PromptEstimate();
  private upstream: UpstreamEndpoints | undefined;
  private probing: PeriodicTask | undefined;
  private starting: Promise<void> | undefined;
  private usedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: UpstreamBackendOptions) {
    const { deployment, settings, source, onLoadChange } = options;
    const { engine } = deployment;
    this.scheduler = new SlotScheduler({
      slots: engine.slots,
      maxQueue: engine.max_queue,
      maxQueuedTokens: engine.max_queued_tokens,
      shares: engine.shares,
      maxWaitMs: settings.queueWaitSeconds * 1_000,
      now: () => source.now(),
      onChange: onLoadChange,
      observer: options.scheduling,
    });
  }

  get isLoaded(): boolean {
    return this.status.state === 'ready';
  }

  get slots(): number {
    return this.options.deployment.engine.slots;
  }

  get contextTokens(): number {
    return this.options.contextTokens;
  }

  get running(): number {
    return this.scheduler.running;
  }

  get waiting(): number {
    return this.scheduler.waiting;
  }

  get capacity(): Capacity {
    const { queued, running, kvUsage } = this.upstream?.load ?? { queued: 0, running: 0, kvUsage: 0 };
    const { waiting, waitingTokens } = this.scheduler;
    return { queued: waiting + queued, queuedTokens: waitingTokens, running, kvUsage };
  }

  get endpoints(): readonly EndpointStatus[] {
    return this.upstream?.statuses ?? [];
  }

  retryAfterMs(): number {
    return this.scheduler.retryAfterMs();
  }

  start(): void {
    if (this.status.state === 'ready' || this.status.state === 'loading') return;
    this.set('loading', '');
    this.starting = this.open();
  }

  async stop(): Promise<void> {
    await this.starting;
    const { upstream, probing } = this;
    this.upstream = undefined;
    this.probing = undefined;
    this.scheduler.pause();
    this.set('unloaded', '');
    this.scheduler.refuseAll(this.unavailable());
    await probing?.stop();
    await upstream?.[Symbol.asyncDispose]();
    this.options.onEndpoints?.([]);
  }

  async *generate(call: BackendCall): AsyncGenerator<GenerationPart> {
    const { source, deployment, onUsageMissing } = this.options;
    const arrivedAt = source.monotonic();
    const demand = slotRequestOf(call, {
      estimate: this.estimate,
      maxOutputTokens: deployment.engine.max_output_tokens,
      arrivedAt: source.now(),
    });
    using lease = await this.enter(demand);
    call.onPhase?.('running');
    const queueMs = source.monotonic() - arrivedAt;
    const charge = new PartCharge(lease, demand.promptTokens);
    const answer = (endpoint: UpstreamEndpoint) =>
      new UpstreamAnswer({ endpoint, call, deployment, queueMs, source, onUsageMissing });
    for await (const part of this.through(answer)) {
      charge.onPart(part);
      if (part.finish && part.usage) this.estimate.learn(call.request, part.usage.inputTokens);
      yield part;
    }
  }

  async embed(call: EmbeddingCall): Promise<Embeddings> {
    const { source, deployment } = this.options;
    const { tenant, signal, deadline, inputs } = call;
    const promptTokens = embeddingTokensEstimate(inputs);
    const demand = { tenant, signal, deadline, promptTokens, maxTokens: 0, priority: 0, ttftDeadline: undefined };
    using lease = await this.enter(demand);
    const vectors: (readonly number[])[] = [];
    let inputTokens = 0;
    for await (const part of this.through((endpoint) => upstreamEmbeddings({ endpoint, call, deployment, source }))) {
      vectors.push(...part.vectors);
      inputTokens += part.inputTokens;
    }
    lease.served({ prompt: inputTokens, output: 0 });
    return { vectors, inputTokens };
  }

  async countTokens(prompt: Prompt): Promise<number> {
    return (await this.tokenize(prompt, true)).length;
  }

  async tokenize(prompt: Prompt, addSpecialTokens: boolean): Promise<readonly number[]> {
    return this.tokenizerNow().tokenize(prompt, addSpecialTokens);
  }

  async detokenize(tokens: readonly number[]): Promise<string> {
    return this.tokenizerNow().detokenize(tokens);
  }

  tokenizer(): TokenizerInfo {
    throw new WeirError('unimplemented', 'Upstreams of the OpenAI API do not describe their tokenizer.');
  }

  private tokenizerNow(): UpstreamTokenizer {
    const { engine, model_name } = this.options.deployment;
    if (!this.upstream) throw this.unavailable();
    this.usedAt = this.options.source.monotonic();
    return new UpstreamTokenizer(this.upstream.idlest, engine.upstream_model || model_name);
  }

  private async enter(demand: SlotRequest): Promise<SlotLease> {
    const { state } = this.status;
    if (state !== 'ready' && state !== 'loading') throw this.unavailable();
    this.usedAt = this.options.source.monotonic();
    return this.scheduler.enter(demand);
  }

  private async *through<T>(request: (endpoint: UpstreamEndpoint) => AsyncIterable<T>): AsyncGenerator<T> {
    if (!this.upstream) throw this.unavailable();
    try {
      yield* this.upstream.through(request, outcomeOf);
    } finally {
      this.usedAt = this.options.source.monotonic();
    }
  }

  private async open(): Promise<void> {
    const { deployment, settings, secrets, source, logger } = this.options;
    try {
      const secret = await readSecret(deployment.engine.api_key_ref, secrets);
      this.upstream = new UpstreamEndpoints({ deployment, secret, settings, source });
      this.probing = new PeriodicTask({
        name: 'upstream load',
        intervalMs: PROBE_EVERY_MS,
        turn: (signal) => this.probe(signal),
        logger,
      });
      this.usedAt = source.monotonic();
      this.probing.start();
      this.set('ready', '');
      this.scheduler.resume();
    } catch (error) {
      const failure = asWeirError(error);
      logger.error({ err: failure, deployment: deployment.id }, 'the upstream cannot be used');
      this.set('failed', `${failure.code}: ${failure.message}`);
      this.scheduler.refuseAll(this.unavailable());
    }
  }

  /** Also without a question the time may be over for which an address was out of use. */
  private async probe(signal: AbortSignal): Promise<void> {
    const isInUse = this.running > 0 || this.options.source.monotonic() - this.usedAt < IN_USE_MS;
    if (isInUse) await this.upstream?.probe(signal);
    if (!signal.aborted) this.options.onEndpoints?.(this.endpoints);
  }

  private set(state: BackendStatus['state'], reason: string): void {
    this.status = { state, reason };
    this.options.onStatus(this.status);
  }

  private unavailable(): WeirError {
    const { state, reason } = this.status;
    const message = `The deployment is ${state}${reason ? `: ${reason}` : '.'}`;
    return new WeirError('engine_unavailable', message, { retryAfterMs: this.retryAfterMs() });
  }
}

/** What the end of a request says about the address that it ran at. */
function outcomeOf(error: unknown): Outcome {
  return isEngineFault(error) ? 'failure' : 'ignore';
}
