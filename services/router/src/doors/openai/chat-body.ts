import { z } from 'zod';
import type { AnswerForm, InferenceRequest, ResponseFormat } from '../../pipeline/inference-request.js';
import { messages } from './message-fields.js';
import {
  MAX_TOP_LOGPROBS,
  refuseField,
  refuseMinAboveMax,
  samplingFields,
  samplingOf,
  wellFormed,
} from './request-fields.js';
import { refuseUnknownTool, schemaText, toolFields } from './tool-fields.js';
import { refuseUnsupported } from './unsupported-parameters.js';
import { readWith } from './validation.js';

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['text', 'json_object']) }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({ name: wellFormed.min(1).max(64), schema: schemaText, strict: z.boolean().nullish() }),
  }),
]);

const chatFields = z.object({
  ...samplingFields,
  ...toolFields,
  messages,
  max_completion_tokens: samplingFields.max_tokens,
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(MAX_TOP_LOGPROBS).nullish(),
  response_format: responseFormat.nullish(),
});

const chatBody = chatFields.superRefine((body, context) => {
  refuseUnknownTool(body, context);
  refuseMinAboveMax(body, body.max_completion_tokens ?? body.max_tokens, context);
  if (body.top_logprobs && !body.logprobs) refuseField(context, ['top_logprobs'], "needs 'logprobs'.");
});

const SUPPORTED = new Set(Object.keys(chatFields.shape));

export interface ReadBody {
  readonly request: InferenceRequest;
  readonly includeUsage: boolean;
}

/** Body of POST /v1/chat/completions. Throws `invalid_request` or `unsupported_parameter` with the parameter's path. */
export function readChatBody(value: unknown): ReadBody {
  refuseUnsupported(value, SUPPORTED);
  const body = readWith(chatBody, value);
  return {
    includeUsage: body.stream_options?.include_usage ?? false,
    request: {
      operation: 'chat',
      model: body.model,
      prompts: [{ kind: 'chat', turns: body.messages }],
      sampling: samplingOf(body, body.max_completion_tokens ?? body.max_tokens),
      form: formOf(body),
      stream: body.stream ?? false,
      priority: body.priority ?? 0,
      ttftSloMs: undefined,
      metadata: body.metadata ?? {},
    },
  };
}

function formOf(body: z.infer<typeof chatBody>): AnswerForm {
  return {
    n: body.n ?? 1,
    echo: false,
    topLogprobs: body.logprobs ? (body.top_logprobs ?? 0) : undefined,
    responseFormat: formatOf(body.response_format),
    tools: body.tools ?? [],
    toolChoice: body.tools?.length ? body.tool_choice : undefined,
    singleToolCall: body.parallel_tool_calls === false,
    dimensions: undefined,
  };
}

function formatOf(format: z.infer<typeof responseFormat> | null | undefined): ResponseFormat {
  if (!format) return { kind: 'text' };
  if (format.type === 'json_schema') return { kind: 'json_schema', schema: format.json_schema.schema };
  return { kind: format.type };
}
