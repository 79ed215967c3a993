import { asWeirError, WeirError } from '@weir/errors';
import { backoffMs, sleep } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import type { BackendStatus } from '../deployments/engine-backend.js';
import type { VerifiedWeights } from './artifact-check.js';
import type { EngineReady } from './engine-child.client.js';

/** What the supervisor needs of an engine process. */
export interface SupervisedChild {
  readonly ready: Promise<EngineReady>;
  /** Resolves with the reason when the process is gone. */
  readonly exited: Promise<string>;
  readonly isRunning: boolean;
  end(): Promise<void>;
}

export interface EngineSupervisorOptions {
  /** Name of the model version, for logs. */
  readonly version: string;
  /** Checks the files of the model, before each life of the engine. */
  readonly verify: (signal: AbortSignal) => Promise<VerifiedWeights>;
  /** Starts an engine process for the weights. */
  readonly spawn: (weights: VerifiedWeights) => SupervisedChild;
  readonly random: () => number;
  readonly logger: Logger;
  readonly onReady: (ready: EngineReady) => void;
  readonly onStatus: (status: BackendStatus) => void;
}

const RESTART = { baseMs: 500, capMs: 5_000 };
/** Starts in a row that end before the model is loaded. */
const MOST_FAILED_STARTS = 5;

/** Keeps one engine process alive from `start` to `stop`: verified weights, load, restart with backoff. */
export class EngineSupervisor {
  status: BackendStatus = { state: 'unloaded', reason: '' };
  /** Digest of the weights that are loaded. */
  sha256 = '';
  private life: { readonly stop: AbortController; readonly over: Promise<void> } | undefined;

  constructor(private readonly options: EngineSupervisorOptions) {}

  start(): void {
    if (this.life && !this.life.stop.signal.aborted && this.status.state !== 'failed') return;
    const before = this.life?.over;
    const stop = new AbortController();
    this.set('loading', '');
    this.life = { stop, over: this.live(stop.signal, before) };
  }

  async stop(): Promise<void> {
    this.life?.stop.abort();
    await this.life?.over;
    this.set('unloaded', '');
  }

  private async live(stop: AbortSignal, before: Promise<void> | undefined): Promise<void> {
    await before;
    try {
      const weights = await this.options.verify(stop);
      this.sha256 = weights.sha256;
      await this.keepAlive(weights, stop);
    } catch (error) {
      if (!stop.aborted) this.giveUp(error);
    }
    this.sha256 = '';
  }

  private async keepAlive(weights: VerifiedWeights, stop: AbortSignal): Promise<void> {
    for (let restart = 0, failedStarts = 0; !stop.aborted; restart++) {
      const child = this.options.spawn(weights);
      const end = () => void child.end();
      stop.addEventListener('abort', end, { once: true });
      const outcome = await this.runOnce(child);
      stop.removeEventListener('abort', end);
      if (stop.aborted) return;
      failedStarts = outcome.wasReady ? 0 : failedStarts + 1;
      if (failedStarts >= MOST_FAILED_STARTS) throw outcome.error;
      if (outcome.wasReady) restart = 0;
      this.set('restarting', outcome.error.message);
      this.options.logger.warn({ restart, reason: outcome.error.message }, 'the engine starts again');
      await sleep(backoffMs(restart, { ...RESTART, random: this.options.random }), stop);
    }
  }

  /** @throws WeirError when the process told why it cannot load: another start would not help */
  private async runOnce(child: SupervisedChild) {
    try {
      const ready = await child.ready;
      this.options.onReady(ready);
      this.set('ready', '');
    } catch (error) {
      const failure = asWeirError(error);
      if (child.isRunning) {
        await child.end();
        throw failure;
      }
      return { wasReady: false, error: failure };
    }
    const reason = await child.exited;
    return { wasReady: true, error: new WeirError('engine_failed', reason) };
  }

  private giveUp(error: unknown): void {
    const failure = asWeirError(error);
    this.options.logger.error({ err: failure, version: this.options.version }, 'the model cannot be served');
    this.set('failed', `${failure.code}: ${failure.message}`);
  }

  private set(state: BackendStatus['state'], reason: string): void {
    if (this.status.state === state && this.status.reason === reason) return;
    this.status = { state, reason };
    this.options.onStatus(this.status);
  }
}
