import { asWeirError, WeirError } from '@weir/errors';
import { LinkedAbort } from '../pipeline/abort.js';
import type { RequestRun } from '../pipeline/request-run.js';
import type { Attempt, TextSink } from '../routing/attempt.js';
import type { FilterStep } from './guardrails.client.js';
import { OutputAlignment } from './output-alignment.js';
import { TextFeed } from './text-feed.js';

export interface GuardedStreamOptions {
  readonly run: RequestRun;
  readonly attempt: Attempt;
  readonly sink: TextSink;
  /** Ends with a verdict, or throws `guardrails_unavailable`. */
  readonly filter: (texts: AsyncIterable<string>, signal: AbortSignal) => AsyncIterable<FilterStep>;
  /** Longest wait for the verdict after the last text. */
  readonly timeoutMs: number;
  /** Whether text passes without a filter that failed. */
  readonly open: boolean;
}

export type GuardedEnd = 'complete' | 'blocked' | 'unguarded';

/** One generated stream through its filter: the engine feeds, the filter releases, and only what it released leaves. */
export class GuardedStream {
  readonly #options: GuardedStreamOptions;
  readonly #feed = new TextFeed();
  /** Costs memory, so only where it can be needed. */
  readonly #alignment: OutputAlignment | undefined;
  readonly #filterAbort: LinkedAbort;
  #engineFailure: { readonly error: unknown } | undefined;
  #verdictTimer: NodeJS.Timeout | undefined;

  constructor(options: GuardedStreamOptions) {
    this.#options = options;
    this.#alignment = options.open ? new OutputAlignment() : undefined;
    this.#filterAbort = new LinkedAbort(options.run.caller.signal);
  }

  /** Resolves when the last text is with the sink. Throws what the engine or, on closed routes, the filter failed with. */
  async run(): Promise<GuardedEnd> {
    const pumped = this.#pump();
    try {
      const end = await this.#release();
      if (this.#engineFailure && end !== 'blocked') throw this.#engineFailure.error;
      return end;
    } finally {
      if (!this.#feed.ended) this.#options.attempt.stop();
      this.#feed.restart();
      await pumped;
      clearTimeout(this.#verdictTimer);
      this.#filterAbort[Symbol.dispose]();
    }
  }

  async #pump(): Promise<void> {
    try {
      for await (const text of this.#options.attempt.texts) {
        this.#alignment?.given(text);
        const full = this.#feed.push(text);
        if (full) await full;
      }
      this.#verdictTimer = setTimeout(() => this.#filterAbort.abort(), this.#options.timeoutMs);
    } catch (error) {
      this.#engineFailure = { error };
      this.#filterAbort.abort();
    } finally {
      this.#feed.end();
    }
  }

  async #release(): Promise<GuardedEnd> {
    const { filter, run } = this.#options;
    try {
      for await (const step of filter(this.#feed, this.#filterAbort.signal)) {
        if (step.kind === 'release') await this.#deliver(step.text);
        else run.verdicts.push(step.verdict);
      }
    } catch (error) {
      if (this.#engineFailure) throw this.#engineFailure.error;
      return this.#withoutFilter(asWeirError(error));
    }
    if (run.verdict('output')?.action === 'block') return 'blocked';
    if (this.#feed.ended) return 'complete';
    return this.#withoutFilter(new WeirError('guardrails_unavailable', 'Guardrails decided before the text ended.'));
  }

  /** Where the place in the text is lost, because the filter has changed something, nothing may follow. */
  async #withoutFilter(failure: WeirError): Promise<GuardedEnd> {
    const rest = this.#alignment?.rest;
    if (failure.code !== 'guardrails_unavailable' || rest === undefined) throw failure;
    this.#feed.restart();
    await this.#deliver(rest);
    for await (const text of this.#feed) await this.#deliver(text);
    return 'unguarded';
  }

  #deliver(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    const { run, sink } = this.#options;
    this.#alignment?.released(text);
    run.committed = true;
    if (run.request.stream) run.noteFirstText();
    return sink.text(text);
  }
}
