import { asWeirError, WeirError } from '@weir/errors';
import { LinkedAbort } from '../pipeline/abort.js';
import type { RequestRun, VerdictFacts } from '../pipeline/request-run.js';
import type { AnswerDelta, AnswerSink, Attempt, GeneratedPart, PlacedToolCall } from '../routing/attempt.js';
import { ToolCallParts } from '../routing/tool-call-parts.js';
import type { FilterStep } from './guardrails.client.js';
import { LogprobRelease } from './logprob-release.js';
import { OutputAlignment } from './output-alignment.js';
import { TextFeed } from './text-feed.js';

export interface GuardedStreamOptions {
  readonly run: RequestRun;
  readonly attempt: Attempt;
  readonly sink: AnswerSink;
  /** Ends with a verdict, or throws `guardrails_unavailable`. */
  readonly filter: (texts: AsyncIterable<string>, signal: AbortSignal) => AsyncIterable<FilterStep>;
  /** Decides on a complete tool call: as it may be shown, or undefined when it is blocked. */
  readonly checkCall: (call: PlacedToolCall) => Promise<PlacedToolCall | undefined>;
  /** Longest wait for the verdict after the last text. */
  readonly timeoutMs: number;
  /** Whether text passes without a filter that failed. */
  readonly open: boolean;
  /** What the answer begins with: the prompt, where its client asked for that. */
  readonly echo: string;
}

const NO_LOGPROBS = { promptLogprobs: [] };

export type GuardedEnd = 'complete' | 'blocked' | 'unguarded';

/** One generated answer through its filter: the engine feeds, the filter releases, and only what it released leaves. */
export class GuardedStream {
  readonly #options: GuardedStreamOptions;
  readonly #feed = new TextFeed();
  /** Costs memory, so only where it can be needed. */
  readonly #alignment: OutputAlignment | undefined;
  readonly #logprobs: LogprobRelease | undefined;
  readonly #calls = new ToolCallParts();
  readonly #filterAbort: LinkedAbort;
  #engineFailure: { readonly error: unknown } | undefined;
  #verdict: VerdictFacts | undefined;
  #callBlocked = false;
  #echoed = false;
  /** Nothing may leave any more. */
  #over = false;
  #verdictTimer: NodeJS.Timeout | undefined;

  constructor(options: GuardedStreamOptions) {
    const { run, open } = options;
    const withLogprobs = run.request.form.topLogprobs !== undefined;
    this.#options = options;
    this.#alignment = open || withLogprobs ? new OutputAlignment() : undefined;
    this.#logprobs = withLogprobs ? new LogprobRelease() : undefined;
    this.#filterAbort = new LinkedAbort(run.caller.signal);
  }

  /** Time of the filter's decisions, without waiting for text. */
  get guardMs(): number {
    return this.#verdict?.durationMs ?? 0;
  }

  /** Resolves when the last text is with the sink. Throws what the engine or, on closed routes, the filter failed with. */
  async run(): Promise<GuardedEnd> {
    const pumped = this.#pump();
    try {
      const end = await this.#release();
      if (this.#callBlocked || end === 'blocked') return 'blocked';
      if (this.#engineFailure) throw this.#engineFailure.error;
      await this.#deliverRest();
      return end;
    } finally {
      this.#over = true;
      if (!this.#feed.ended) this.#options.attempt.stop();
      this.#feed.restart();
      await pumped;
      clearTimeout(this.#verdictTimer);
      this.#filterAbort[Symbol.dispose]();
    }
  }

  async #pump(): Promise<void> {
    try {
      for await (const part of this.#options.attempt.parts) {
        await this.#take(part);
        if (this.#callBlocked) return;
      }
      await this.#echo(NO_LOGPROBS);
      if (!(await this.#deliverCalls(this.#calls.end()))) return;
      this.#verdictTimer = setTimeout(() => this.#filterAbort.abort(), this.#options.timeoutMs);
    } catch (error) {
      this.#engineFailure = { error };
      this.#filterAbort.abort();
    } finally {
      this.#feed.end();
    }
  }

  async #take(part: GeneratedPart): Promise<void> {
    const echoed = this.#echo(part);
    if (echoed) await echoed;
    this.#logprobs?.given(part.logprobs);
    if (part.text) {
      this.#alignment?.given(part.text);
      const full = this.#feed.push(part.text);
      if (full) await full;
    }
    for (const delta of part.toolCalls) if (!(await this.#deliverCalls(this.#calls.add(delta)))) return;
  }

  /** The prompt is decided already; it leaves with the engine's first sign of life. */
  #echo({ promptLogprobs }: Pick<GeneratedPart, 'promptLogprobs'>): Promise<void> | undefined {
    const { echo, run } = this.#options;
    if (this.#echoed || !run.request.form.echo) return undefined;
    this.#echoed = true;
    return this.#send(this.#logprobs ? { text: echo, promptLogprobs } : { text: echo });
  }

  /** False when the policy blocked one: nothing follows it, text neither. */
  async #deliverCalls(calls: readonly PlacedToolCall[]): Promise<boolean> {
    for (const call of calls) {
      const passed = await this.#options.checkCall(call);
      if (this.#over) return false;
      if (!passed) {
        this.#callBlocked = true;
        this.#options.attempt.stop();
        this.#filterAbort.abort();
        return false;
      }
      // Their tokens spell the arguments, which the model wrote otherwise.
      if (passed.arguments !== call.arguments) this.#logprobs?.lose();
      await this.#send({ text: '', toolCalls: [passed] });
    }
    return true;
  }

  async #release(): Promise<GuardedEnd> {
    const { filter, run } = this.#options;
    try {
      for await (const step of filter(this.#feed, this.#filterAbort.signal)) {
        if (this.#callBlocked) return 'blocked';
        if (step.kind === 'release') await this.#deliver(step.text);
        else run.verdicts.push((this.#verdict = step.verdict));
      }
    } catch (error) {
      if (this.#callBlocked) return 'blocked';
      if (this.#engineFailure) throw this.#engineFailure.error;
      return this.#withoutFilter(asWeirError(error));
    }
    if (this.#verdict?.action === 'block') return 'blocked';
    if (this.#feed.ended) return 'complete';
    return this.#withoutFilter(new WeirError('guardrails_unavailable', 'Guardrails decided before the text ended.'));
  }

  /** Where the place in the text is lost, because the filter has changed something, nothing may follow. */
  async #withoutFilter(failure: WeirError): Promise<GuardedEnd> {
    const rest = this.#options.open ? this.#alignment?.rest : undefined;
    if (failure.code !== 'guardrails_unavailable' || rest === undefined) throw failure;
    this.#feed.restart();
    await this.#deliver(rest);
    for await (const text of this.#feed) await this.#deliver(text);
    return 'unguarded';
  }

  #deliver(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    this.#alignment?.released(text);
    if (!this.#logprobs) return this.#send({ text });
    if (this.#alignment?.rest === undefined) this.#logprobs.lose();
    return this.#send({ text, logprobs: this.#logprobs.released(text) });
  }

  #deliverRest(): Promise<void> | undefined {
    if (this.#verdict?.action === 'mask') this.#logprobs?.lose();
    const logprobs = this.#logprobs?.rest() ?? [];
    return logprobs.length > 0 ? this.#send({ text: '', logprobs }) : undefined;
  }

  #send(delta: Omit<AnswerDelta, 'index'>): Promise<void> | undefined {
    const { run, sink, attempt } = this.#options;
    run.committed = true;
    if (run.request.stream) run.noteFirstText();
    return sink.delta({ index: attempt.choice.index, ...delta });
  }
}
