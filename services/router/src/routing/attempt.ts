import type { ChoiceRun, TokenLogprob } from '../pipeline/choice-run.js';
import type { ToolCall } from '../pipeline/inference-request.js';

/** A piece of one answer as the engine made it. */
export interface GeneratedPart {
  readonly text: string;
  /** What the model thinks before its answer, to append. */
  readonly reasoning: string;
  readonly logprobs: readonly TokenLogprob[];
  readonly promptLogprobs: readonly TokenLogprob[];
  readonly toolCalls: readonly ToolCallDelta[];
}

export interface ToolCallDelta {
  /** Position of the call in its answer. */
  readonly index: number;
  /** Set in the first delta of a call. */
  readonly id: string;
  readonly name: string;
  /** JSON text to append. */
  readonly arguments: string;
}

/** One run of an engine for one answer. */
export interface Attempt {
  readonly choice: ChoiceRun;
  /** The answer as it is generated; throws what the engine failed with. Read once. */
  readonly parts: AsyncIterable<GeneratedPart>;
  /** The rest is not needed: frees the engine's slot. */
  stop(): void;
}

export interface PlacedToolCall extends ToolCall {
  /** Position of the call in its answer. */
  readonly index: number;
}

/** A piece of one answer that may be shown. */
export interface AnswerDelta {
  /** Choice that it belongs to. */
  readonly index: number;
  readonly text: string;
  /** What the model thinks before its answer, to append; in a delta of its own. */
  readonly reasoning?: string;
  /** Of the tokens of this text; absent where nobody asked or where they would show what the text does not. */
  readonly logprobs?: readonly TokenLogprob[];
  /** With the echo of a prompt. */
  readonly promptLogprobs?: readonly TokenLogprob[];
  /** Complete calls. */
  readonly toolCalls?: readonly PlacedToolCall[];
}

/** Where released answers go. */
export interface AnswerSink {
  /** A promise when the reader is slow: wait for it before the next piece of the same choice. */
  delta(delta: AnswerDelta): Promise<void> | undefined;
}
