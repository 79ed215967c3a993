import type { engineV1 } from '@weir/contracts';
import { UsageMeter } from '../routing/usage-meter.js';
import type { ToolCall } from './inference-request.js';
import type { CutReason } from './request-run.js';

export type TokenLogprob = engineV1.TokenLogprob;

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
