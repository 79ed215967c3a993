import type { Source } from '@weir/config';
import type { DeploymentState, ModelVersionState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { anySignal } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import type { StepReport } from '../../engine/src/protocol.js';
import type {
  BackendCall,
  BackendStatus,
  Capacity,
  EndpointStatus,
  EngineBackend,
} from '../deployments/engine-backend.js';
import { engineDevice, type EngineDevices } from '../devices/engine-devices.js';
import type { GenerationCall, GenerationPart, Prompt } from '../generation/generation.js';
import type { EmbeddingCall, Embeddings, TokenizerInfo } from '../generation/tokens.js';
import type { InferenceSettings } from '../inference.config.js';
import { PromptEstimate } from '../scheduler/measures/prompt-estimate.js';
import { SlotScheduler, type SchedulerObserver, type SlotLease } from '../scheduler/slot-scheduler.js';
import { slotRequestOf } from '../scheduler/slot-request.js';
import { SlotStay } from '../scheduler/slot-stay.js';
import { ArtifactCheck, type VerifiedWeights } from './artifact-check.js';
import type { ChildGeneration } from './child-generation.js';
import { embedAll } from './embedding.js';
import { EngineChild, type EngineReady } from './engine-child.client.js';
import { engineDirectory } from './engine-directory.js';
import { EngineSupervisor } from './engine-supervisor.js';
import { followGeneration } from './follow-generation.js';
import { IdleUnload } from './idle-unload.js';
import { promptMessageOf, samplingOf } from './sampling.js';

export interface LlamacppBackendOptions {
  readonly deployment: DeploymentState;
  readonly version: ModelVersionState;
  readonly settings: InferenceSettings;
  readonly source: Source;
  readonly logger: Logger;
  /** Refuses weights that the policy keeps from being served; asked before each load. */
  readonly admit: (weights: VerifiedWeights) => Promise<void>;
  readonly devices: EngineDevices;
  readonly onStatus: (status: BackendStatus) => void;
  readonly onStep: (step: StepReport) => void;
  /** Called after `running` or `waiting` changed. */
  readonly onLoadChange: () => void;
  readonly scheduling?: SchedulerObserver;
}

/** Times that a request is given to an engine that dies before it began to work on it. */
const MOST_ATTEMPTS = 3;

/** Runs requests in a supervised engine process on this machine. */
export class LlamacppBackend implements EngineBackend {
  contextTokens: number;
  readonly endpoints: readonly EndpointStatus[] = [];
  private readonly scheduler: SlotScheduler;
  private readonly estimate = new PromptEstimate();
  private readonly stays = new Set<SlotStay>();
  private readonly supervisor: EngineSupervisor;
  private readonly idle: IdleUnload;
  /** The engine process that was started last. */
  private started: EngineChild | undefined;
  /** The same once it is ready, until it is gone. */
  private child: EngineChild | undefined;
  /** What the engine said when it was loaded last. */
  private loaded: EngineReady | undefined;
  private kvUsage = 0;
  /** Device that has room for the model. */
  private placedOn = 'cpu';

  constructor(private readonly options: LlamacppBackendOptions) {
    const { deployment, settings, source } = options;
    this.contextTokens = deployment.engine.context_tokens;
    this.scheduler = new SlotScheduler({
      slots: deployment.engine.slots,
      maxQueue: deployment.engine.max_queue,
      maxQueuedTokens: deployment.engine.max_queued_tokens,
      maxWaitMs: settings.queueWaitSeconds * 1_000,
      shares: deployment.engine.shares,
      now: () => source.now(),
      onChange: () => this.onLoadChange(),
      observer: options.scheduling,
    });
    const check = new ArtifactCheck();
    this.supervisor = new EngineSupervisor({
      version: options.version.id,
      verify: async (signal) => {
        const weights = await check.verify(options.version, signal);
        await options.admit(weights);
        this.placedOn = await options.devices.place(weights.path);
        return weights;
      },
      spawn: (weights) => this.spawn(weights),
      random: () => source.random(),
      logger: options.logger,
      onReady: (ready) => this.onReady(ready),
      onStatus: () => this.onStatus(),
    });
    this.idle = new IdleUnload({
      afterMs: deployment.engine.idle_unload_seconds * 1_000,
      engine: this.supervisor,
      isIdle: () => this.child !== undefined && this.running === 0 && this.waiting === 0,
      onAsleep: () => options.logger.info({ deployment: deployment.id }, 'the idle engine is unloaded'),
    });
  }

  get status(): BackendStatus {
    return this.idle.seenAs(this.supervisor.status);
  }

  get slots(): number {
    return this.options.deployment.engine.slots;
  }

  get artifactSha256(): string {
    return this.supervisor.sha256;
  }

  get running(): number {
    return this.scheduler.running;
  }

  get waiting(): number {
    return this.scheduler.waiting;
  }

  get capacity(): Capacity {
    const { waiting, waitingTokens, running } = this.scheduler;
    return { queued: waiting, queuedTokens: waitingTokens, running, kvUsage: this.kvUsage };
  }

  get device(): string {
    // An engine without a build for its accelerator runs on the processor.
    return this.loaded?.device === 'cpu' ? 'cpu' : this.placedOn;
  }

  /** Whether the model holds its memory. */
  get isLoaded(): boolean {
    return this.child !== undefined;
  }

  /** Process id of the engine, while there is one. */
  get enginePid(): number | undefined {
    return this.child?.pid;
  }

  retryAfterMs(): number {
    return this.scheduler.retryAfterMs();
  }

  start(): void {
    if (this.idle.isAsleep) void this.idle.wake();
    else this.supervisor.start();
  }

  stop(): Promise<void> {
    this.idle.end();
    return this.supervisor.stop();
  }

  async *generate(call: BackendCall): AsyncGenerator<GenerationPart> {
    const { source } = this.options;
    const arrivedAt = source.monotonic();
    for (let attempt = 1; ; attempt++) {
      const lease = await this.enter(call, attempt > 1);
      call.onPhase?.('running');
      const generation = this.begin(call, lease, source.monotonic() - arrivedAt);
      try {
        yield* followGeneration(generation, call, () => source.now());
        return;
      } catch (error) {
        if (!generation.isUntouched || attempt >= MOST_ATTEMPTS) throw error;
        call.onPhase?.('queued');
      }
    }
  }

  async countTokens(prompt: Prompt): Promise<number> {
    return this.idle.use(() => this.ready().count(promptMessageOf(prompt)));
  }

  async embed(call: EmbeddingCall): Promise<Embeddings> {
    return this.idle.use(() => embedAll(this.ready(), call, () => this.options.source.now()));
  }

  async tokenize(prompt: Prompt, addSpecialTokens: boolean): Promise<readonly number[]> {
    return this.idle.use(() => this.ready().tokenize(promptMessageOf(prompt), addSpecialTokens));
  }

  async detokenize(tokens: readonly number[]): Promise<string> {
    return this.idle.use(() => this.ready().detokenize(tokens));
  }

  tokenizer(): TokenizerInfo {
    if (!this.loaded) throw this.unavailable();
    return this.loaded.tokenizer;
  }

  private ready(): EngineChild {
    if (!this.child) throw this.unavailable();
    return this.child;
  }

  private async enter(call: GenerationCall, returning: boolean): Promise<SlotLease> {
    await this.idle.wake();
    const { state } = this.status;
    if (state === 'failed' || state === 'unloaded') throw this.unavailable();
    return this.scheduler.enter(
      slotRequestOf(call, {
        estimate: this.estimate,
        maxOutputTokens: this.options.deployment.engine.max_output_tokens,
        arrivedAt: this.options.source.now(),
        returning,
      }),
    );
  }

  /** Waits for a slot again after it was parked. */
  private async reenter(call: BackendCall, over: AbortSignal): Promise<SlotLease> {
    call.onPhase?.('queued');
    const lease = await this.enter({ ...call, signal: anySignal(call.signal, over) }, true);
    call.onPhase?.('running');
    return lease;
  }

  private begin(call: BackendCall, lease: SlotLease, queueMs: number): ChildGeneration {
    const { request } = call;
    if (!this.child) {
      lease.release();
      throw this.unavailable();
    }
    const { deployment, source } = this.options;
    const options = samplingOf(request.options, deployment.engine.max_output_tokens, () => source.random());
    const sampling = { ...options, tenant: request.tenant };
    const generation = this.child.generate(promptMessageOf(request.prompt, request.options), sampling, queueMs);
    const stay = new SlotStay({
      generation,
      lease,
      enter: (over) => this.reenter(call, over),
      onPrompt: (tokens) => this.estimate.learn(request, tokens),
    });
    this.stays.add(stay);
    void generation.ended.then(() => this.stays.delete(stay));
    return generation;
  }

  private spawn(weights: VerifiedWeights): EngineChild {
    const { deployment, settings, logger, source } = this.options;
    const { gpu, environment } = engineDevice(this.placedOn);
    this.started = new EngineChild({
      directory: engineDirectory(settings.engineDirectory),
      environment,
      load: {
        modelPath: weights.path,
        slots: deployment.engine.slots,
        contextTokens: deployment.engine.context_tokens,
        threads: settings.threads,
        gpu,
        memoryReserveBytes: settings.memoryReserveMb * 1_048_576,
      },
      stallMs: settings.stallSeconds * 1_000,
      logger,
      now: () => source.monotonic(),
      onStep: (step) => this.onStep(step),
      onGone: () => this.onGone(),
    });
    return this.started;
  }

  private onStep(step: StepReport): void {
    this.kvUsage = step.kvUsage;
    this.scheduler.onStep(step);
    for (const stay of this.stays) stay.account();
    this.options.onStep(step);
  }

  private onReady(ready: EngineReady): void {
    const { contextTokens, loadMs } = ready;
    this.child = this.started;
    this.loaded = ready;
    this.options.devices.loaded(ready.device);
    this.contextTokens = contextTokens;
    this.options.logger.info(
      { deployment: this.options.deployment.id, pid: this.enginePid, loadMs },
      'engine is ready',
    );
    this.idle.end();
    this.scheduler.resume();
    this.idle.touch();
  }

  private onGone(): void {
    this.child = undefined;
    this.kvUsage = 0;
    this.scheduler.pause();
  }

  private onLoadChange(): void {
    this.idle.touch();
    this.options.onLoadChange();
  }

  private onStatus(): void {
    const { state } = this.supervisor.status;
    if (state === 'failed') this.idle.end();
    if (state === 'failed' || state === 'unloaded') this.options.devices.release();
    const { status } = this;
    if (status.state === 'failed' || status.state === 'unloaded') this.scheduler.refuseAll(this.unavailable());
    this.options.onStatus(status);
  }

  private unavailable(): WeirError {
    const { state, reason } = this.status;
    const message = `The deployment is ${state}${reason ? `: ${reason}` : '.'}`;
    return new WeirError('engine_unavailable', message, { retryAfterMs: this.retryAfterMs() });
  }
}
