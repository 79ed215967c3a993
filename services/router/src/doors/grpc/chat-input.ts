import type { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { InferenceRequest } from '../../pipeline/inference-request.js';
import { readChatBody } from '../openai/chat-body.js';
import { readEmbeddingBody } from '../openai/embedding-body.js';

const MAX_SLO_MS = 3_600_000;

/** A gRPC chat as the pipeline takes it, by the same rules and with the same parameter names as the HTTP door. */
export function readChatInput(input: inferenceV1.ChatInput | undefined, stream: boolean): InferenceRequest {
  if (!input) throw new WeirError('invalid_request', "Missing required parameter: 'input'.", { param: 'input' });
  const { ttftSloMs } = input;
  if (ttftSloMs !== undefined && (ttftSloMs < 1 || ttftSloMs > MAX_SLO_MS)) {
    throw invalid('ttft_slo_ms', `1 to ${MAX_SLO_MS}.`);
  }
  const { request } = readChatBody({
    model: input.model,
    messages: input.messages.map(bodyOfMessage),
    ...bodyOfSampling(input.sampling),
    // A number that was not set is 0.
    n: input.n === 0 ? undefined : input.n,
    tools: input.tools.length > 0 ? input.tools.map(bodyOfTool) : undefined,
    tool_choice: bodyOfChoice(input.toolChoice),
    response_format: bodyOfFormat(input.responseFormat),
    logprobs: input.logprobs,
    top_logprobs: input.topLogprobs,
    priority: input.priority,
    metadata: input.metadata,
    stream,
  });
  return { ...request, ttftSloMs };
}

/** Texts that are to become vectors, by the rules of the HTTP door. */
export function readEmbedInput({ model, inputs }: inferenceV1.EmbedRequest): InferenceRequest {
  return readEmbeddingBody({ model, input: inputs }).request;
}

function bodyOfMessage(message: inferenceV1.Message) {
  const { role, content, name, documents, toolCalls, toolCallId } = message;
  const retrieved = documents.map(({ title, text }) => ({ type: 'document', title, text }));
  const calls = toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return {
    role,
    content: retrieved.length > 0 ? [...retrieved, { type: 'text', text: content }] : content,
    name,
    tool_calls: calls.length > 0 ? calls : undefined,
    tool_call_id: toolCallId === '' ? undefined : toolCallId,
  };
}

function bodyOfSampling(sampling: inferenceV1.Sampling | undefined) {
  return {
    max_tokens: sampling?.maxTokens,
    temperature: sampling?.temperature,
    top_p: sampling?.topP,
    seed: sampling?.seed,
    stop: sampling?.stop,
    top_k: sampling?.topK,
    min_p: sampling?.minP,
    repetition_penalty: sampling?.repetitionPenalty,
    frequency_penalty: sampling?.frequencyPenalty,
    presence_penalty: sampling?.presencePenalty,
    logit_bias: sampling?.logitBias,
    ignore_eos: sampling?.ignoreEos,
    min_tokens: sampling?.minTokens,
  };
}

function bodyOfTool({ name, description, parameters }: inferenceV1.Tool, index: number) {
  const path = `tools[${index}].function.parameters`;
  return { type: 'function', function: { name, description, parameters: parsed(parameters, path) } };
}

function bodyOfChoice(choice: inferenceV1.ToolChoice | undefined) {
  if (!choice) return undefined;
  return choice.mode === 'named' ? { type: 'function', function: { name: choice.name } } : choice.mode;
}

function bodyOfFormat(format: inferenceV1.ResponseFormat | undefined) {
  if (!format || format.kind === '') return undefined;
  if (format.kind !== 'json_schema') return { type: format.kind };
  const schema = parsed(format.schema, 'response_format.json_schema.schema');
  return { type: format.kind, json_schema: { name: 'answer', schema } };
}

function parsed(text: string, param: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(param, 'it is not JSON.');
  }
}

function invalid(param: string, problem: string): WeirError {
  return new WeirError('invalid_request', `Invalid value for '${param}': ${problem}`, { param });
}
