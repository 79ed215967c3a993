import type { Token } from 'node-llama-cpp';
import type { Decoder } from '../model/decoder.js';
import type { LogprobReport, PromptMessage, SamplingOptions } from '../protocol.js';
import type { Scorer } from '../sampling/scorer.js';
import type { TokenSampler } from '../sampling/token-sampler.js';
import type { AnswerText } from '../text/answer-text.js';

/** What a request needs of the model beside its slot. */
export interface OpenedRequest {
  readonly promptTokens: readonly Token[];
  readonly sampler: TokenSampler;
  readonly answer: AnswerText;
}

/** What the batch loop needs of a model. */
export interface BatchModel {
  /** Tokens of one sequence. */
  readonly contextTokens: number;
  /** Tokens of one batch. */
  readonly batchTokens: number;
  readonly decoder: Decoder;
  readonly scorer: Scorer;
  /** @throws ChildError when the request cannot be done */
  open(prompt: PromptMessage, sampling: SamplingOptions): OpenedRequest;
  readonly isEnd: (token: Token) => boolean;
  readonly describe: (token: Token) => Omit<LogprobReport, 'logprob'>;
  /** Tokens of each batch since the last call. */
  takeBatches(): number[];
}
