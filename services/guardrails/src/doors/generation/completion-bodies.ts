import { inferenceV1 } from '@weir/contracts';
import { z } from 'zod';
import { chatMessages, wellFormed, type ChatMessage } from '../wire/chat-messages.js';
import type { DetectorMap } from '../inspection/detector-params.js';
import { detectorConfig, inputOf, samplingFields } from './generation-fields.js';

/** A completion to be generated and inspected. */
export interface GuardedCompletion {
  /** Which of the two forms its answer has. */
  readonly form: 'chat' | 'text';
  readonly input: inferenceV1.ChatInput;
  /** What is inspected before it is answered. */
  readonly messages: readonly ChatMessage[];
  readonly detectors: { readonly input: DetectorMap; readonly output: DetectorMap };
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().min(1).max(64),
    description: wellFormed.max(16_384).nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']).transform((mode) => ({ mode, name: '' })),
  z
    .object({ type: z.literal('function'), function: z.object({ name: z.string().min(1).max(64) }) })
    .transform(({ function: { name } }) => ({ mode: 'named', name })),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }).transform(() => ({ kind: 'text', schema: '' })),
  z.object({ type: z.literal('json_object') }).transform(() => ({ kind: 'json_object', schema: '' })),
  z
    .object({
      type: z.literal('json_schema'),
      json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()) }),
    })
    .transform(({ json_schema: { schema } }) => ({ kind: 'json_schema', schema: JSON.stringify(schema) })),
]);

const chatBody = z.strictObject({
  ...samplingFields,
  detectors: detectorConfig,
  messages: chatMessages,
  max_completion_tokens: samplingFields.max_tokens,
  tools: z.array(tool).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
  response_format: responseFormat.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
});

/** Body of `/api/v2/chat/completions-detection`. */
export const chatCompletionBody = chatBody.transform((body): GuardedCompletion => ({
  form: 'chat',
  messages: body.messages,
  detectors: body.detectors,
  stream: body.stream ?? false,
  includeUsage: body.stream_options?.include_usage ?? false,
  input: inferenceV1.ChatInput.fromPartial({
    ...inputOf(body, body.max_completion_tokens ?? body.max_tokens),
    messages: body.messages.map(wireMessage),
    tools: (body.tools ?? []).map(({ function: { name, description, parameters } }) => {
      return { name, description: description ?? '', parameters: parameters ? JSON.stringify(parameters) : '' };
    }),
    ...(body.tool_choice ? { toolChoice: body.tool_choice } : {}),
    ...(body.response_format ? { responseFormat: body.response_format } : {}),
    logprobs: body.logprobs ?? false,
    topLogprobs: body.top_logprobs ?? 0,
  }),
}));

const prompt = z.union([wellFormed.min(1), z.tuple([wellFormed.min(1)]).transform(([text]) => text)], {
  error: 'one prompt, as a text.',
});

/** Body of `/api/v2/text/completions-detection`; the prompt is what a user says. */
export const textCompletionBody = z
  .strictObject({ ...samplingFields, detectors: detectorConfig, prompt })
  .transform((body): GuardedCompletion => ({
    form: 'text',
    messages: [{ role: 'user', content: body.prompt }],
    detectors: body.detectors,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    input: inferenceV1.ChatInput.fromPartial({
      ...inputOf(body),
      messages: [{ role: 'user', content: body.prompt }],
    }),
  }));

function wireMessage({ role, content, name, tool_calls: calls, tool_call_id }: ChatMessage) {
  const toolCalls = (calls ?? []).map(({ id, function: call }, index) => ({ index, id, ...call }));
  return { role, content, name: name ?? '', toolCalls, toolCallId: tool_call_id ?? '' };
}
