import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import type {
  ChildFailure,
  ChildMessage,
  LoadOptions,
  ParentMessage,
  PromptMessage,
  SamplingOptions,
  StepReport,
} from '../../engine/src/protocol.js';
import { ChildGeneration } from './child-generation.js';

export interface EngineChildOptions {
  /** Folder of the engine package. */
  readonly directory: string;
  readonly load: LoadOptions;
  /** Work without a finished step for so long means that the engine hangs. */
  readonly stallMs: number;
  readonly logger: Logger;
  readonly now: () => number;
  readonly onStep: (step: StepReport) => void;
  /** Called first of all when the process is gone, before its requests fail. */
  readonly onGone: () => void;
}

export interface EngineReady {
  readonly contextTokens: number;
  readonly slots: number;
  readonly loadMs: number;
}

const MOST_COUNTS = 256;
const WATCH_MS = 1_000;
const END_MS = 3_000;
const MOST_LOGGED = 2_000;

/** One engine process: starts it, speaks its messages, and notices when it dies or hangs. */
export class EngineChild {
  /** Rejects with a WeirError when the model cannot be loaded or the process ends before. */
  readonly ready: Promise<EngineReady>;
  /** Resolves with the reason when the process is gone. */
  readonly exited: Promise<string>;
  private readonly process: ChildProcess;
  private readonly generations = new Map<number, ChildGeneration>();
  private readonly counts = new Map<number, PromiseWithResolvers<number>>();
  private readonly loaded = Promise.withResolvers<EngineReady>();
  private readonly watch: NodeJS.Timeout;
  private lastId = 0;
  private progressAt: number;

  constructor(private readonly options: EngineChildOptions) {
    const { directory, load, logger, now } = options;
    this.process = fork(join(directory, 'dist', 'main.js'), [], {
      // Nothing of the service's environment: the engine needs no secret, and another llama.cpp in its library path kills it.
      env: { UV_THREADPOOL_SIZE: String(Math.max(4, load.slots)) },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.progressAt = now();
    this.ready = this.loaded.promise;
    this.exited = this.watchExit();
    this.process.on('message', (message: ChildMessage) => this.receive(message));
    this.process.on('error', (error) => logger.error({ err: error }, 'engine process error'));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => logger.warn({ engine: text.slice(0, MOST_LOGGED) }, 'engine output'));
    }
    this.watch = setInterval(() => this.killWhenStalled(), WATCH_MS).unref();
    this.send({ kind: 'load', options: load });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  generate(prompt: PromptMessage, sampling: SamplingOptions, queueMs: number): ChildGeneration {
    const id = ++this.lastId;
    const cancel = () => this.send({ kind: 'cancel', id });
    const generation = new ChildGeneration({ id, maxTokens: sampling.maxTokens, queueMs, cancel });
    if (this.generations.size === 0) this.progressAt = this.options.now();
    this.generations.set(id, generation);
    this.send({ kind: 'submit', id, prompt, sampling });
    return generation;
  }

  /** @throws WeirError `engine_overloaded`, `engine_failed`, `invalid_request` */
  count(prompt: PromptMessage): Promise<number> {
    if (this.counts.size >= MOST_COUNTS) {
      throw new WeirError('engine_overloaded', 'Too many prompts are being counted.', { retryAfterMs: 1_000 });
    }
    const id = ++this.lastId;
    const pending = Promise.withResolvers<number>();
    this.counts.set(id, pending);
    this.send({ kind: 'count', id, prompt });
    return pending.promise;
  }

  /** Ends the process: it leaves when its channel closes, and is killed when it does not. */
  async end(): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), END_MS);
    await this.exited;
    clearTimeout(timer);
  }

  private send(message: ParentMessage): void {
    if (!this.process.connected) return;
    // A failed write means that the process is gone; its exit tells everybody.
    this.process.send(message, () => undefined);
  }

  private receive(message: ChildMessage): void {
    this.progressAt = this.options.now();
    if (message.kind === 'step') this.onStep(message);
    else if (message.kind === 'begun') this.generations.get(message.id)?.onBegun(message);
    else if (message.kind === 'refused') this.refuse(message.id, failed(message.failure));
    else if (message.kind === 'counted') this.takeCount(message.id)?.resolve(message.tokens);
    else if (message.kind === 'ready') this.loaded.resolve(message);
    else this.loaded.reject(failed(message.failure));
  }

  private onStep(step: StepReport): void {
    for (const text of step.texts) this.generations.get(text.id)?.onText(text);
    for (const finish of step.finished) this.takeGeneration(finish.id)?.onFinish(finish);
    this.options.onStep(step);
  }

  private refuse(id: number, error: WeirError): void {
    this.takeGeneration(id)?.fail(error);
    this.takeCount(id)?.reject(error);
  }

  private takeGeneration(id: number): ChildGeneration | undefined {
    const generation = this.generations.get(id);
    this.generations.delete(id);
    return generation;
  }

  private takeCount(id: number): PromiseWithResolvers<number> | undefined {
    const pending = this.counts.get(id);
    this.counts.delete(id);
    return pending;
  }

  private watchExit(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.process.once('exit', (code, signal) => {
      clearInterval(this.watch);
      const reason = `The engine process ended (${signal ?? `code ${code}`}).`;
      const error = new WeirError('engine_failed', reason);
      this.loaded.reject(error);
      // Who awaits `ready` gets the rejection; nobody else has to.
      this.ready.catch(() => undefined);
      this.options.onGone();
      for (const generation of this.generations.values()) generation.lose(error);
      for (const pending of this.counts.values()) pending.reject(error);
      resolve(reason);
    });
    return promise;
  }

  private killWhenStalled(): void {
    if (this.generations.size === 0) return;
    if (this.options.now() - this.progressAt < this.options.stallMs) return;
    this.options.logger.error({ pid: this.pid }, 'the engine makes no progress and is ended');
    this.process.kill('SIGKILL');
  }
}

function failed({ code, message, details }: ChildFailure): WeirError {
  return new WeirError(code, message, { details });
}
