import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { asWeirError, WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import type { BackendStatus, EngineBackend } from '../deployments/engine-backend.js';
import type { GenerationCall, GenerationPart } from '../generation/generation.js';
import type { InferenceSettings } from '../inference.config.js';
import { SlotScheduler } from '../scheduler/slot-scheduler.js';
import { readSecret, type SecretPlaces } from './secret-ref.js';
import { UpstreamAnswer } from './upstream-answer.js';
import { UpstreamClient } from './upstream.client.js';

export interface UpstreamBackendOptions {
  readonly deployment: DeploymentState;
  readonly contextTokens: number;
  readonly settings: InferenceSettings;
  readonly secrets: SecretPlaces;
  readonly source: Source;
  readonly logger: Logger;
  readonly onStatus: (status: BackendStatus) => void;
  readonly onLoadChange: () => void;
  /** An answer ended without the usage that was asked for. */
  readonly onUsageMissing: () => void;
}

/** Runs requests at an OpenAI-compatible server elsewhere. */
export class UpstreamBackend implements EngineBackend {
  status: BackendStatus = { state: 'unloaded', reason: '' };
  readonly artifactSha256 = '';
  private readonly scheduler: SlotScheduler;
  private client: UpstreamClient | undefined;
  private starting: Promise<void> | undefined;

  constructor(private readonly options: UpstreamBackendOptions) {
    const { deployment, settings, source, onLoadChange } = options;
    this.scheduler = new SlotScheduler({
      slots: deployment.engine.slots,
      maxQueue: deployment.engine.max_queue,
      maxWaitMs: settings.queueWaitSeconds * 1_000,
      now: () => source.now(),
      onChange: onLoadChange,
    });
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
    const client = this.client;
    this.client = undefined;
    this.scheduler.pause();
    this.set('unloaded', '');
    this.scheduler.refuseAll(this.unavailable());
    await client?.[Symbol.asyncDispose]();
  }

  async *generate(call: GenerationCall): AsyncGenerator<GenerationPart> {
    const { source, deployment, onUsageMissing } = this.options;
    if (this.status.state !== 'ready' && this.status.state !== 'loading') throw this.unavailable();
    const arrivedAt = source.monotonic();
    const { request, signal, deadline } = call;
    using _lease = await this.scheduler.enter({ tenant: request.tenant, signal, deadline });
    if (!this.client) throw this.unavailable();
    const queueMs = source.monotonic() - arrivedAt;
    yield* new UpstreamAnswer({ client: this.client, call, deployment, queueMs, source, onUsageMissing });
  }

  async countTokens(): Promise<number> {
    throw new WeirError('unimplemented', 'Upstreams of the OpenAI API do not count tokens.');
  }

  private async open(): Promise<void> {
    const { deployment, settings, secrets, source, logger } = this.options;
    try {
      const secret = await readSecret(deployment.engine.api_key_ref, secrets);
      this.client = new UpstreamClient({ engine: deployment.engine, secret, settings, source });
      this.set('ready', '');
      this.scheduler.resume();
    } catch (error) {
      const failure = asWeirError(error);
      logger.error({ err: failure, deployment: deployment.id }, 'the upstream cannot be used');
      this.set('failed', `${failure.code}: ${failure.message}`);
      this.scheduler.refuseAll(this.unavailable());
    }
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
