import type { Token } from 'node-llama-cpp';
import { finishReasonOf } from '../chat/tool-call-parser.js';
import type { FinishReason, FinishReport, SamplingOptions, TextReport, TokenLogprobReport } from '../protocol.js';
import type { TokenSampler } from '../sampling/token-sampler.js';
import type { AnswerText, Said } from '../text/answer-text.js';

export interface GenerationStart {
  readonly id: number;
  readonly promptTokens: readonly Token[];
  readonly sampling: SamplingOptions;
  readonly sampler: TokenSampler;
  readonly answer: AnswerText;
  readonly isEnd: (token: Token) => boolean;
  /** Most tokens that the context still has room for. */
  readonly room: number;
  readonly startedAt: number;
}

export interface Advance {
  readonly report: TextReport;
  readonly finish: FinishReason | undefined;
}

/** What one request has produced so far: its tokens, its text, and when it is over. It outlives the slot it runs in. */
export class Generation {
  readonly id: number;
  readonly sampling: SamplingOptions;
  readonly sampler: TokenSampler;
  readonly promptLength: number;
  /** Prompt and answer: what a sequence must hold. */
  readonly tokens: Token[];
  /** Whether its caller was told that it began. */
  begun = false;
  private readonly most: number;
  private firstTokenAt: number | undefined;
  private promptScores: TokenLogprobReport[] = [];

  constructor(private readonly start: GenerationStart) {
    const { id, sampling, sampler, promptTokens, room } = start;
    this.id = id;
    this.sampling = sampling;
    this.sampler = sampler;
    this.promptLength = promptTokens.length;
    this.tokens = [...promptTokens];
    this.most = Math.min(sampling.maxTokens, room);
  }

  get outputTokens(): number {
    return this.tokens.length - this.promptLength;
  }

  /** Nothing is asked for but the prompt's log probabilities. */
  get scoresOnly(): boolean {
    return this.most === 0;
  }

  /** Log probabilities of prompt tokens are still to come. */
  get scoresPrompt(): boolean {
    return this.sampling.promptLogprobs !== undefined && this.promptScores.length < this.promptLength;
  }

  /** Its prompt is evaluated from the start, again or for the first time. */
  dropPromptScores(): void {
    this.promptScores = [];
  }

  addPromptScores(scores: readonly TokenLogprobReport[]): void {
    this.promptScores.push(...scores);
  }

  /** Ends a request that wanted no token. */
  finishScored(now: number): Advance {
    this.firstTokenAt ??= now;
    return { report: { id: this.id, text: '', tokens: 0, promptLogprobs: this.promptScores }, finish: 'length' };
  }

  /** Takes one sampled token. The end-of-generation token counts: it was generated. */
  take(token: Token, now: number, logprob?: TokenLogprobReport): Advance {
    const isFirst = this.firstTokenAt === undefined;
    this.firstTokenAt ??= now;
    this.tokens.push(token);
    const { said, finish } = this.say(token);
    const report: TextReport = {
      id: this.id,
      text: said.text,
      tokens: 1,
      ...(logprob ? { logprobs: [logprob] } : {}),
      ...(isFirst && this.promptScores.length > 0 ? { promptLogprobs: this.promptScores } : {}),
      ...(said.toolCalls.length > 0 ? { toolCalls: said.toolCalls } : {}),
    };
    return { report, finish };
  }

  report(reason: FinishReason, now: number): FinishReport {
    const decodeFrom = this.firstTokenAt ?? now;
    return {
      id: this.id,
      reason,
      outputTokens: this.outputTokens,
      prefillMs: decodeFrom - this.start.startedAt,
      decodeMs: now - decodeFrom,
    };
  }

  private say(token: Token): { readonly said: Said; readonly finish: FinishReason | undefined } {
    const { answer, isEnd } = this.start;
    if (isEnd(token)) return this.end(answer.flush());
    const said = answer.push(token, this.outputTokens > this.sampling.minTokens);
    if (said.stopped) return this.end(said);
    if (this.outputTokens < this.most) return { said, finish: undefined };
    const rest = answer.flush();
    const whole = { ...rest, text: said.text + rest.text, toolCalls: [...said.toolCalls, ...rest.toolCalls] };
    return rest.stopped ? this.end(whole) : { said: whole, finish: 'length' };
  }

  private end(said: Said): { readonly said: Said; readonly finish: FinishReason } {
    return { said, finish: finishReasonOf('stop', this.start.answer.calls) };
  }
}
