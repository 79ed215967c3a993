import { Injectable } from '@nestjs/common';
import { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { RpcClients, type Client, type Principal } from '@weir/grpc';
import type { ModelAnswer, ModelMessage } from './judge-format.js';

const LONGEST_ANSWER = 65_536;
const LONGEST_CALL_MS = 65_000;
const ALTERNATIVES = 10;
const SEED = 1;

export interface ModelQuestion {
  /** Alias of a route. */
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly maxTokens: number;
  /** Whether the tokens come with their likely alternatives. */
  readonly logprobs?: boolean;
  /** JSON Schema that the answer has to follow, as JSON text. */
  readonly schema?: string;
  /** Who pays for the answer and may use the model. */
  readonly principal: Principal | undefined;
  readonly signal: AbortSignal;
}

/** Models that Weir serves, asked through the router in the name of the request's principal. */
@Injectable()
export class ModelClient {
  readonly #inference: Client<typeof inferenceV1.InferenceServiceDefinition>;

  constructor(clients: RpcClients) {
    this.#inference = clients.as('guardrails').client('router', inferenceV1.InferenceServiceDefinition);
  }

  /**
   * The whole answer of a model that came to its end.
   * @throws WeirError `failed_precondition` without a principal, `upstream_error` for an answer that is none, those of the router
   */
  async ask({ model, messages, principal, signal, ...question }: ModelQuestion): Promise<ModelAnswer> {
    if (!principal) {
      throw new WeirError('failed_precondition', 'A model is asked in the name of a principal, and there is none.');
    }
    const input = {
      model,
      messages: messages.map(({ role, content }) => ({ role, content })),
      sampling: { maxTokens: question.maxTokens, temperature: 0, seed: SEED },
      ...(question.logprobs ? { logprobs: true, topLogprobs: ALTERNATIVES } : {}),
      ...(question.schema ? { responseFormat: { kind: 'json_schema', schema: question.schema } } : {}),
    };
    const response = await this.#inference.chat({ input }, { principal, signal, timeoutMs: LONGEST_CALL_MS });
    return answerIn(response);
  }
}

function answerIn({ choices }: inferenceV1.ChatResponse): ModelAnswer {
  const [choice] = choices;
  const text = choice?.message?.content ?? '';
  if (!choice || choices.length > 1 || choice.finishReason !== 'stop') {
    const reason = choice?.finishReason.slice(0, 32) ?? 'nothing';
    throw new WeirError('upstream_error', `The model did not come to an end of its answer: ${reason}.`);
  }
  if (text.length > LONGEST_ANSWER) throw new WeirError('upstream_error', 'The model answered with too much.');
  return { text, tokens: choice.logprobs };
}
