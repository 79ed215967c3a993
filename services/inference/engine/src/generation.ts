import type { Token } from 'node-llama-cpp';
import type { FinishReason, FinishReport, SamplingOptions } from './protocol.js';
import { StopMatcher } from './stop-matcher.js';
import { TokenText, type Detokenize } from './token-text.js';

export interface GenerationStart {
  readonly id: number;
  readonly promptTokens: readonly Token[];
  readonly sampling: SamplingOptions;
  /** Most tokens that the context still has room for. */
  readonly room: number;
  readonly startedAt: number;
}

export interface Advance {
  readonly text: string;
  readonly finish: FinishReason | undefined;
}

/** What one request has produced so far: its counts, its text, and when it is over. */
export class Generation {
  readonly id: number;
  readonly promptTokens: readonly Token[];
  readonly sampling: SamplingOptions;
  outputTokens = 0;
  private readonly most: number;
  private readonly startedAt: number;
  private firstTokenAt: number | undefined;
  private readonly text: TokenText<Token>;
  private readonly stops: StopMatcher;

  constructor(
    start: GenerationStart,
    detokenize: Detokenize<Token>,
    private readonly isEnd: (token: Token) => boolean,
  ) {
    this.id = start.id;
    this.promptTokens = start.promptTokens;
    this.sampling = start.sampling;
    this.most = Math.min(start.sampling.maxTokens, start.room);
    this.startedAt = start.startedAt;
    this.text = new TokenText(detokenize);
    this.stops = new StopMatcher(start.sampling.stop);
  }

  /** Takes one sampled token. The end-of-generation token counts: it was generated. */
  take(token: Token, now: number): Advance {
    this.outputTokens++;
    this.firstTokenAt ??= now;
    if (this.isEnd(token)) return this.end('stop');
    const { text, matched } = this.stops.push(this.text.push(token));
    if (matched) return { text, finish: 'stop' };
    if (this.outputTokens < this.most) return { text, finish: undefined };
    const rest = this.end('length');
    return { text: text + rest.text, finish: rest.finish };
  }

  report(reason: FinishReason, now: number): FinishReport {
    const decodeFrom = this.firstTokenAt ?? now;
    return {
      id: this.id,
      reason,
      outputTokens: this.outputTokens,
      prefillMs: decodeFrom - this.startedAt,
      decodeMs: now - decodeFrom,
    };
  }

  private end(reason: FinishReason): Advance {
    const { text, matched } = this.stops.push(this.text.flush());
    if (matched) return { text, finish: 'stop' };
    return { text: text + this.stops.flush(), finish: reason };
  }
}
