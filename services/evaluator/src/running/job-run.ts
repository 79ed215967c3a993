import type { Source } from '@weir/config';
import { backoffMs, sleep } from '@weir/resilience';
import type { ItemResult, Progress } from '../jobs/job.repository.js';
import { judge } from '../scoring/judge.js';
import { Tally } from '../scoring/score.js';
import { promptOf } from '../suite/prompt.js';
import type { SuiteItem } from '../suite/suite.js';
import { LONGEST_WAIT_MS, type Attempt } from './attempt-rules.js';

export interface JobRunOptions {
  readonly items: readonly SuiteItem[];
  readonly concurrency: number;
  readonly attempts: number;
  readonly retryBaseMs: number;
  readonly outputTokens: number;
  readonly source: Source;
  /** One attempt at one question. Throws only when the signal aborted. */
  readonly ask: (
    question: { readonly prompt: string; readonly maxTokens: number },
    signal: AbortSignal,
  ) => Promise<Attempt>;
  readonly onAttempt: (outcome: string) => void;
  readonly onResult: (result: ItemResult) => void;
}

/** The job cannot go on: no request would get an answer. */
export interface Hopeless {
  readonly reason: string;
}

/** So many failed items in a row mean that the front door is gone, not that the items are hard. */
const FAILURES_IN_A_ROW = 20;

/** Asks every item of a suite, some at a time, and counts what comes back. */
export class JobRun {
  readonly tally = new Tally();
  readonly #options: JobRunOptions;
  readonly #items: IterableIterator<[number, SuiteItem]>;
  readonly #unsaved: ItemResult[] = [];
  #failuresInARow = 0;
  #hopeless: Hopeless | undefined;

  constructor(options: JobRunOptions) {
    this.#options = options;
    this.#items = options.items.entries();
  }

  /** Runs to the end, or until no request can succeed. Throws what the signal was aborted with. */
  async run(signal: AbortSignal): Promise<Hopeless | undefined> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const workers = Array.from({ length: this.#options.concurrency }, () => this.#work(both, stop));
    const ends = await Promise.allSettled(workers);
    if (this.#hopeless) return this.#hopeless;
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return undefined;
  }

  /** The counts so far and the results that were not saved yet. */
  progress(): Progress {
    return { results: [...this.#unsaved], done: this.tally.done, failedRequests: this.tally.failed };
  }

  saved({ results }: Progress): void {
    this.#unsaved.splice(0, results.length);
  }

  async #work(signal: AbortSignal, stop: AbortController): Promise<void> {
    for (const [position, item] of this.#items) {
      signal.throwIfAborted();
      await this.#answer(position, item, signal);
      if (this.#hopeless) stop.abort();
    }
  }

  async #answer(position: number, item: SuiteItem, signal: AbortSignal): Promise<void> {
    const { source } = this.#options;
    const startedMs = source.monotonic();
    const { attempt, attempts } = await this.#askUntilAnswered(item, signal);
    const outcome = attempt.kind === 'answer' ? judge(item, attempt.text) : 'failed';
    const errorCode = attempt.kind === 'answer' ? '' : attempt.code;
    const durationMs = source.monotonic() - startedMs;
    const result = { position, itemId: item.id, metric: item.type, outcome, errorCode, attempts, durationMs } as const;
    this.tally.add(item.type, outcome);
    this.#unsaved.push(result);
    this.#options.onResult(result);
    this.#judgeHope(attempt);
  }

  #judgeHope(attempt: Attempt): void {
    if (attempt.kind === 'answer') {
      this.#failuresInARow = 0;
      return;
    }
    this.#failuresInARow += 1;
    if (attempt.scope === 'job') this.#hopeless ??= { reason: `the front door refused with ${attempt.code}` };
    if (attempt.scope === 'retry' && this.#failuresInARow >= FAILURES_IN_A_ROW) {
      this.#hopeless ??= { reason: `${FAILURES_IN_A_ROW} requests in a row failed, the last with ${attempt.code}` };
    }
  }

  async #askUntilAnswered(item: SuiteItem, signal: AbortSignal): Promise<{ attempt: Attempt; attempts: number }> {
    const { ask, attempts: most, outputTokens, onAttempt } = this.#options;
    const question = { prompt: promptOf(item), maxTokens: item.maxTokens ?? outputTokens };
    for (let attempts = 1; ; attempts++) {
      const attempt = await ask(question, signal);
      onAttempt(attempt.kind === 'answer' ? 'ok' : attempt.code);
      if (attempt.kind === 'answer' || attempt.scope !== 'retry' || attempts >= most) return { attempt, attempts };
      await sleep(this.#waitMs(attempts, attempt.retryAfterMs), signal);
    }
  }

  /** A little more than the server asked for, so that those who wait do not come back all at once. */
  #waitMs(attempts: number, retryAfterMs = 0): number {
    const { retryBaseMs, source } = this.#options;
    const jitter = backoffMs(attempts - 1, { baseMs: retryBaseMs, capMs: LONGEST_WAIT_MS, random: source.random });
    return Math.min(LONGEST_WAIT_MS, retryAfterMs + jitter);
  }
}
