import type { engineV1 } from '@weir/contracts';
import { UsageMeter } from '../routing/usage-meter.js';
import type { Sampling, ToolCall } from './inference-request.js';
import type { CutReason } from './request-run.js';

export type TokenLogprob = engineV1.TokenLogprob;

const ANYHOW = [''];

/** One answer of a request. Text, calls and log probabilities stay empty for streams, which have left by then. */
export class ChoiceRun {
  readonly meter = new UsageMeter();
  text = '';
  /** What the model thought before, where it tells that apart. */
  reasoning = '';
  toolCalls: readonly ToolCall[] = [];
  /** Undefined once they must not be shown, because the text that they spell was changed. */
  logprobs: TokenLogprob[] | undefined = [];
  promptLogprobs: readonly TokenLogprob[] = [];
  finishReason: string | undefined;
  cutReason: CutReason | undefined;

  constructor(
    /** Position in the whole answer. */
    readonly index: number,
    readonly promptIndex: number,
    /** Position among the answers to its prompt. */
    readonly ordinal: number,
  ) {}

  /**
   * How the model may have gone on where its answer ended, an empty text for anyhow. A client chooses where an answer is cut
   * off, by its limit or its stop sequences, and so could cut what a policy takes out into pieces that no policy knows.
   */
  continuations({ stop }: Pick<Sampling, 'stop'>): readonly string[] {
    if (this.finishReason === 'tool_calls') return [];
    return this.finishReason === 'stop' ? stop : ANYHOW;
  }

  /** The policy ends the answer here; nothing of it that has not left is shown, but what the policy says instead. */
  cutByGuardrail(message = ''): void {
    this.text = message;
    this.reasoning = '';
    this.toolCalls = [];
    this.logprobs = undefined;
    this.cutReason = 'guardrail';
    this.finishReason = 'content_filter';
  }
}
