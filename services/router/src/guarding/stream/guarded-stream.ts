import type { WeirError } from '@weir/errors';
import { LinkedAbort } from '../../pipeline/abort.js';
import { isHeld, type RequestRun } from '../../pipeline/request-run.js';
import type { AnswerDelta, AnswerSink, Attempt, GeneratedPart, PlacedToolCall } from '../../routing/attempt.js';
import { ToolCallParts } from '../../routing/tool-call-parts.js';
import type { FilterStep } from '../guardrails.client.js';
import { FilteredText, type FilteredEnd } from './filtered-text.js';
import { LogprobRelease, logprobRules } from './logprob-release.js';

/** Texts of an answer that are filtered each on its own. */
export type StreamedStage = 'output' | 'reasoning';

export interface GuardedStreamOptions {
  readonly run: RequestRun;
  readonly attempt: Attempt;
  readonly sink: AnswerSink;
  /** Ends with a verdict, or throws. */
  readonly filter: (
    stage: StreamedStage,
    texts: AsyncIterable<string>,
    signal: AbortSignal,
  ) => AsyncIterable<FilterStep>;
  /** Decides on a complete tool call: as it may be shown, or undefined when it is blocked. */
  readonly checkCall: (call: PlacedToolCall) => Promise<PlacedToolCall | undefined>;
  /** Longest wait for the verdict after the last text. */
  readonly timeoutMs: number;
  /** Whether text passes without a filter that failed so; undefined = never. */
  readonly mayPass: ((failure: WeirError) => boolean) | undefined;
  /** What the answer begins with: the prompt, where its client asked for that. */
  readonly echo: string;
}

const NO_LOGPROBS = { promptLogprobs: [] };

/** One generated answer through its filters: the engine feeds, the filters release, and only what they released leaves. */
export class GuardedStream {
  readonly #options: GuardedStreamOptions;
  readonly #answer: FilteredText;
  /** Only models that tell their thoughts apart need a filter for them. */
  #thoughts: { readonly text: FilteredText; readonly end: Promise<FilteredEnd | undefined> } | undefined;
  readonly #logprobs: LogprobRelease | undefined;
  readonly #calls = new ToolCallParts();
  readonly #filterAbort: LinkedAbort;
  #blocked: { readonly message: string } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #echoed = false;
  #sent = false;
  #guardMs = 0;
  /** Nothing may leave any more. */
  #over = false;
  #verdictTimer: NodeJS.Timeout | undefined;

  constructor(options: GuardedStreamOptions) {
    const { run } = options;
    const withLogprobs = run.request.form.topLogprobs !== undefined;
    this.#options = options;
    this.#logprobs = withLogprobs ? new LogprobRelease(logprobRules(run)) : undefined;
    this.#filterAbort = new LinkedAbort(run.caller.signal);
    this.#answer = this.#filtered('output', withLogprobs, (text) => this.#deliver(text));
  }

  /** Time of the filters' decisions, without waiting for text. */
  get guardMs(): number {
    return this.#guardMs;
  }

  /** Resolves when the last text is with the sink. Throws what the engine or, on closed routes, a filter failed with. */
  async run(): Promise<FilteredEnd> {
    const pumped = this.#pump();
    try {
      const ends = [await this.#follow(this.#answer), await this.#thoughts?.end];
      if (this.#blocked) return await this.#endBlocked(this.#blocked);
      if (this.#failure) throw this.#failure.error;
      await this.#deliverRest();
      return ends.includes('unguarded') ? 'unguarded' : 'complete';
    } finally {
      this.#over = true;
      await pumped;
      clearTimeout(this.#verdictTimer);
      this.#filterAbort[Symbol.dispose]();
    }
  }

  async #pump(): Promise<void> {
    try {
      for await (const part of this.#options.attempt.parts) {
        if (this.#over) return;
        await this.#take(part);
      }
      await this.#echo(NO_LOGPROBS);
      await this.#deliverCalls(this.#calls.end());
      if (!this.#over) this.#verdictTimer = setTimeout(() => this.#filterAbort.abort(), this.#options.timeoutMs);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#answer.end();
      this.#thoughts?.text.end();
    }
  }

  async #take(part: GeneratedPart): Promise<void> {
    const echoed = this.#echo(part);
    if (echoed) await echoed;
    if (part.reasoning) await this.#think(part.reasoning);
    this.#logprobs?.given(part.logprobs);
    const full = this.#answer.push(part.text);
    if (full) await full;
    for (const delta of part.toolCalls) await this.#deliverCalls(this.#calls.add(delta));
  }

  #think(text: string): Promise<void> | undefined {
    if (this.#over) return undefined;
    if (!this.#thoughts) {
      const thoughts = this.#filtered('reasoning', false, (thought) => this.#send({ text: '', reasoning: thought }));
      this.#thoughts = { text: thoughts, end: this.#follow(thoughts) };
    }
    return this.#thoughts.text.push(text);
  }

  /** The prompt is decided already; it leaves with the engine's first sign of life. */
  #echo({ promptLogprobs }: Pick<GeneratedPart, 'promptLogprobs'>): Promise<void> | undefined {
    const { echo, run } = this.#options;
    if (this.#over || this.#echoed || !run.request.form.echo) return undefined;
    this.#echoed = true;
    return this.#send(this.#logprobs ? { text: echo, promptLogprobs } : { text: echo });
  }

  /** Nothing follows a call that the policy blocked, text neither. */
  async #deliverCalls(calls: readonly PlacedToolCall[]): Promise<void> {
    for (const call of calls) {
      if (this.#over) return;
      const passed = await this.#options.checkCall(call);
      if (this.#over) return;
      if (!passed) return this.#block('');
      // Their tokens spell what the model wrote otherwise.
      if (passed.arguments !== call.arguments || passed.name !== call.name) this.#logprobs?.lose();
      await this.#send({ text: '', toolCalls: [passed] });
    }
  }

  #filtered(stage: StreamedStage, aligned: boolean, deliver: FilteredTextDeliver): FilteredText {
    const { run, filter, mayPass } = this.#options;
    return new FilteredText({
      filter: (texts) => filter(stage, texts, this.#filterAbort.signal),
      mayPass,
      aligned,
      deliver: (text) => (this.#over ? undefined : deliver(text)),
      onVerdict: (verdict) => {
        this.#guardMs += verdict.durationMs;
        run.verdicts.push(verdict);
        if (isHeld(verdict.action)) this.#block(verdict.message);
      },
    });
  }

  /** Never throws: what fails first stops everything else. */
  async #follow(text: FilteredText): Promise<FilteredEnd | undefined> {
    try {
      return await text.release().catch((error: unknown) => (this.#over ? undefined : text.passWithout(error)));
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #block(message: string): void {
    this.#blocked ??= { message };
    this.#halt();
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#failure = { error };
    this.#halt();
  }

  #halt(): void {
    if (this.#over) return;
    this.#over = true;
    this.#options.attempt.stop();
    this.#filterAbort.abort();
    this.#answer.drop();
    this.#thoughts?.text.drop();
  }

  async #endBlocked({ message }: { message: string }): Promise<FilteredEnd> {
    if (message && !this.#sent) await this.#send({ text: message });
    return 'blocked';
  }

  #deliver(text: string): Promise<void> | undefined {
    if (!this.#logprobs) return this.#send({ text });
    if (this.#answer.rest === undefined) this.#logprobs.lose();
    return this.#send({ text, logprobs: this.#logprobs.released(text) });
  }

  #deliverRest(): Promise<void> | undefined {
    // A value at the very end may have been taken away without anything in its place.
    if (this.#answer.rest !== '') this.#logprobs?.lose();
    const logprobs = this.#logprobs?.rest() ?? [];
    return logprobs.length > 0 ? this.#send({ text: '', logprobs }) : undefined;
  }

  #send(delta: Omit<AnswerDelta, 'index'>): Promise<void> | undefined {
    const { run, sink, attempt } = this.#options;
    this.#sent = true;
    run.committed = true;
    if (run.request.stream) run.noteFirstText();
    return sink.delta({ index: attempt.choice.index, ...delta });
  }
}

type FilteredTextDeliver = (text: string) => Promise<void> | undefined;
