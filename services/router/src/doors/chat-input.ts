import type { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { InferenceRequest } from '../pipeline/inference-request.js';
import { readChatBody } from './openai/chat-body.js';

/** A gRPC chat as the pipeline takes it, by the same rules and with the same parameter names as the HTTP door. */
export function readChatInput(input: inferenceV1.ChatInput | undefined, stream: boolean): InferenceRequest {
  if (!input) throw new WeirError('invalid_request', "Missing required parameter: 'input'.", { param: 'input' });
  const { sampling } = input;
  return readChatBody({
    model: input.model,
    messages: input.messages.map(({ role, content, name }) => ({ role, content, name })),
    max_tokens: sampling?.maxTokens,
    temperature: sampling?.temperature,
    top_p: sampling?.topP,
    seed: sampling?.seed,
    stop: sampling?.stop,
    stream,
  }).request;
}
