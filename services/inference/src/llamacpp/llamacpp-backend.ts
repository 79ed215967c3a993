import type { Source } from '@weir/config';
import type { DeploymentState, ModelVersionState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import type { StepReport } from '../../engine/src/protocol.js';
import type { BackendStatus, EngineBackend } from '../deployments/engine-backend.js';
import { usageDetails, type GenerationCall, type GenerationPart, type Prompt } from '../generation/generation.js';
import type { InferenceSettings } from '../inference.config.js';
import { abortError, SlotScheduler, type SlotLease } from '../scheduler/slot-scheduler.js';
import { ArtifactCheck, type VerifiedWeights } from './artifact-check.js';
import type { ChildGeneration } from './child-generation.js';
import { EngineChild, type EngineReady } from './engine-child.client.js';
import { engineDirectory } from './engine-directory.js';
import { EngineSupervisor } from './engine-supervisor.js';
import { promptMessageOf, samplingOf } from './sampling.js';

export interface LlamacppBackendOptions {
  readonly deployment: DeploymentState;
  readonly version: ModelVersionState;
  readonly settings: InferenceSettings;
  readonly source: Source;
  readonly logger: Logger;
  readonly onStatus: (status: BackendStatus) => void;
  readonly onStep: (step: StepReport) => void;
  /** Called after `running` or `waiting` changed. */
  readonly onLoadChange: () => void;
}

/** Times that a request is given to an engine that dies before it began to work on it. */
const MOST_ATTEMPTS = 3;
/** The engine stops so long before the deadline that the caller still gets the last part. */
const DEADLINE_MARGIN_MS = 20;

/** Runs requests in a supervised engine process on this machine. */
export class LlamacppBackend implements EngineBackend {
  contextTokens: number;
  private readonly scheduler: SlotScheduler;
  private readonly supervisor: EngineSupervisor;
  /** The engine process that was started last. */
  private started: EngineChild | undefined;
  /** The same once it is ready, until it is gone. */
  private child: EngineChild | undefined;

  constructor(private readonly options: LlamacppBackendOptions) {
    const { deployment, settings, source } = options;
    this.contextTokens = deployment.engine.context_tokens;
    this.scheduler = new SlotScheduler({
      slots: deployment.engine.slots,
      maxQueue: deployment.engine.max_queue,
      maxWaitMs: settings.queueWaitSeconds * 1_000,
      now: () => source.now(),
      onChange: options.onLoadChange,
    });
    const check = new ArtifactCheck();
    this.supervisor = new EngineSupervisor({
      version: options.version.id,
      verify: (signal) => check.verify(options.version, signal),
      spawn: (weights) => this.spawn(weights),
      random: () => source.random(),
      logger: options.logger,
      onReady: (ready) => this.onReady(ready),
      onStatus: (status) => this.onStatus(status),
    });
  }

  get status(): BackendStatus {
    return this.supervisor.status;
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

  /** Process id of the engine, while there is one. */
  get enginePid(): number | undefined {
    return this.child?.pid;
  }

  retryAfterMs(): number {
    return this.scheduler.retryAfterMs();
  }

  start(): void {
    this.supervisor.start();
  }

  stop(): Promise<void> {
    return this.supervisor.stop();
  }

  async *generate(call: GenerationCall): AsyncGenerator<GenerationPart> {
    const { source } = this.options;
    const arrivedAt = source.monotonic();
    for (let attempt = 1; ; attempt++) {
      const lease = await this.enter(call, attempt > 1);
      const generation = this.begin(call, lease, source.monotonic() - arrivedAt);
      try {
        yield* this.follow(generation, call);
        return;
      } catch (error) {
        if (!generation.isUntouched || attempt >= MOST_ATTEMPTS) throw error;
      }
    }
  }

  async countTokens(prompt: Prompt): Promise<number> {
    if (!this.child) throw this.unavailable();
    return this.child.count(promptMessageOf(prompt));
  }

  private enter({ request, signal, deadline }: GenerationCall, returning: boolean): Promise<SlotLease> {
    const { state } = this.status;
    if (state === 'failed' || state === 'unloaded') throw this.unavailable();
    return this.scheduler.enter({ tenant: request.tenant, signal, deadline, returning });
  }

  private begin({ request }: GenerationCall, lease: SlotLease, queueMs: number): ChildGeneration {
    if (!this.child) {
      lease.release();
      throw this.unavailable();
    }
    const { deployment, source } = this.options;
    const sampling = samplingOf(request.options, deployment.engine.max_output_tokens, () => source.random());
    const generation = this.child.generate(promptMessageOf(request.prompt), sampling, queueMs);
    void generation.ended.then(() => lease.release());
    return generation;
  }

  private async *follow(
    generation: ChildGeneration,
    { signal, deadline }: GenerationCall,
  ): AsyncGenerator<GenerationPart> {
    const leave = () => {
      generation.cancel();
      generation.parts.fail(abortError(signal, usageDetails(generation.usage)));
    };
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    const timer = deadline === undefined ? undefined : setTimeout(() => generation.expire(), this.timeLeft(deadline));
    try {
      yield* generation.parts;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      generation.cancel();
    }
  }

  private timeLeft(deadline: number): number {
    return Math.max(0, deadline - DEADLINE_MARGIN_MS - this.options.source.now());
  }

  private spawn(weights: VerifiedWeights): EngineChild {
    const { deployment, settings, logger, source, onStep } = this.options;
    this.started = new EngineChild({
      directory: engineDirectory(settings.engineDirectory),
      load: {
        modelPath: weights.path,
        slots: deployment.engine.slots,
        contextTokens: deployment.engine.context_tokens,
        threads: settings.threads,
        gpu: settings.gpu,
        memoryReserveBytes: settings.memoryReserveMb * 1_048_576,
      },
      stallMs: settings.stallSeconds * 1_000,
      logger,
      now: () => source.monotonic(),
      onStep,
      onGone: () => this.onGone(),
    });
    return this.started;
  }

  private onReady({ contextTokens, loadMs }: EngineReady): void {
    this.child = this.started;
    this.contextTokens = contextTokens;
    this.options.logger.info(
      { deployment: this.options.deployment.id, pid: this.enginePid, loadMs },
      'engine is ready',
    );
    this.scheduler.resume();
  }

  private onGone(): void {
    this.child = undefined;
    this.scheduler.pause();
  }

  private onStatus(status: BackendStatus): void {
    if (status.state === 'failed' || status.state === 'unloaded') this.scheduler.refuseAll(this.unavailable());
    this.options.onStatus(status);
  }

  private unavailable(): WeirError {
    const { state, reason } = this.status;
    const message = `The deployment is ${state}${reason ? `: ${reason}` : '.'}`;
    return new WeirError('engine_unavailable', message, { retryAfterMs: this.retryAfterMs() });
  }
}
