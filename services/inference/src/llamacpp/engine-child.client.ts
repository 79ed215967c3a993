import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
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
  TokenizerReport,
} from '../../engine/src/protocol.js';
import { ProgressWatch } from '../health/progress-watch.js';
import { ChildGeneration } from './child-generation.js';
import { ChildQuestions } from './child-questions.js';

export interface EngineChildOptions {
  /** Folder of the engine package. */
  readonly directory: string;
  readonly load: LoadOptions;
  /** What the engine may know of this machine: which device it sees. */
  readonly environment: Readonly<Record<string, string>>;
  /** Work without a finished step for so long always means that the engine hangs; less is told by its steps. */
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
  /** `cpu`, or the kind of accelerator. */
  readonly device: string;
  readonly tokenizer: TokenizerReport;
}

export interface ChildEmbedding {
  readonly values: readonly number[];
  readonly tokens: number;
}

const MOST_QUESTIONS = 256;
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
  private readonly questions = new ChildQuestions(MOST_QUESTIONS);
  private readonly loaded = Promise.withResolvers<EngineReady>();
  private readonly watch: NodeJS.Timeout;
  private lastId = 0;
  private readonly progress: ProgressWatch;

  constructor(private readonly options: EngineChildOptions) {
    const { directory, load, logger, now } = options;
    this.process = fork(join(directory, 'dist', 'main.js'), [], {
      // Nothing of the service's environment: the engine needs no secret, and another llama.cpp in its library path kills it.
      env: { UV_THREADPOOL_SIZE: String(workerThreads(availableParallelism(), load.slots)), ...options.environment },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.progress = new ProgressWatch({ now, maxMs: options.stallMs });
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
    const send = (kind: 'cancel' | 'park' | 'unpark') => {
      this.send({ kind, id });
      this.watchWork();
    };
    const generation = new ChildGeneration({ id, maxTokens: sampling.maxTokens, queueMs, send });
    this.generations.set(id, generation);
    this.watchWork();
    this.send({ kind: 'submit', id, prompt, sampling });
    return generation;
  }

  /** @throws WeirError `engine_overloaded`, `engine_failed`, `invalid_request` */
  count(prompt: PromptMessage): Promise<number> {
    return this.ask((id) => ({ kind: 'count', id, prompt }));
  }

  /** @throws as `count` does */
  tokenize(prompt: PromptMessage, special: boolean): Promise<readonly number[]> {
    return this.ask((id) => ({ kind: 'tokenize', id, prompt, special }));
  }

  /** @throws as `count` does */
  detokenize(tokens: readonly number[]): Promise<string> {
    return this.ask((id) => ({ kind: 'detokenize', id, tokens }));
  }

  /** @throws as `count` does, and `insufficient_memory` when there is no room for a second context */
  async embed(input: PromptMessage, signal: AbortSignal): Promise<ChildEmbedding> {
    const id = this.lastId + 1;
    const answer = this.ask<ChildEmbedding>(() => ({ kind: 'embed', id, input }));
    const leave = () => this.send({ kind: 'cancel', id });
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await answer;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Ends the process: it leaves when its channel closes, and is killed when it does not. */
  async end(): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), END_MS);
    await this.exited;
    clearTimeout(timer);
  }

  private ask<Answer>(question: (id: number) => ParentMessage): Promise<Answer> {
    const id = ++this.lastId;
    const answer = this.questions.ask<Answer>(id);
    this.send(question(id));
    return answer;
  }

  private send(message: ParentMessage): void {
    if (!this.process.connected) return;
    // A failed write means that the process is gone; its exit tells everybody.
    this.process.send(message, () => undefined);
  }

  private receive(message: ChildMessage): void {
    if (message.kind === 'step') this.onStep(message);
    else if (message.kind === 'begun') this.generations.get(message.id)?.onBegun(message);
    else if (message.kind === 'parked') this.park(message.id);
    else if (message.kind === 'refused') this.refuse(message.id, failed(message.failure));
    else if (message.kind === 'ready') this.loaded.resolve(message);
    else if (message.kind === 'load_failed') this.loaded.reject(failed(message.failure));
    else this.answer(message);
  }

  private answer(message: ChildMessage & { kind: 'counted' | 'tokenized' | 'detokenized' | 'embedded' }): void {
    if (message.kind === 'detokenized') this.questions.answer(message.id, message.text);
    else if (message.kind === 'embedded') this.questions.answer(message.id, message);
    else this.questions.answer(message.id, message.tokens);
  }

  private onStep(step: StepReport): void {
    this.progress.onStep(step);
    for (const text of step.texts) this.generations.get(text.id)?.onText(text);
    for (const finish of step.finished) this.takeGeneration(finish.id)?.onFinish(finish);
    this.options.onStep(step);
  }

  private park(id: number): void {
    this.generations.get(id)?.onParked();
    this.watchWork();
  }

  private watchWork(): void {
    this.progress.setWorking([...this.generations.values()].some((generation) => !generation.isParked));
  }

  private refuse(id: number, error: WeirError): void {
    this.takeGeneration(id)?.fail(error);
    this.questions.refuse(id, error);
  }

  private takeGeneration(id: number): ChildGeneration | undefined {
    const generation = this.generations.get(id);
    this.generations.delete(id);
    this.watchWork();
    return generation;
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
      this.questions.refuseAll(error);
      resolve(reason);
    });
    return promise;
  }

  private killWhenStalled(): void {
    if (!this.progress.isStalled) return;
    this.options.logger.error({ pid: this.pid }, 'the engine makes no progress and is ended');
    this.process.kill('SIGKILL');
  }
}

/** Cores for each further worker. */
const CORES_PER_WORKER = 4;

/**
 * Threads that decode and sample. One on small machines: with more, each decode wakes up on another core than the last
 * one and beside the threads of llama.cpp that spin there, which made a step half as long again.
 */
export function workerThreads(cores: number, slots: number): number {
  return Math.max(1, Math.min(slots, Math.floor(cores / CORES_PER_WORKER)));
}

function failed({ code, message, details, param }: ChildFailure): WeirError {
  return new WeirError(code, message, { details, ...(param ? { param } : {}) });
}
