import { z } from 'zod';
import { ROLES, type InferenceRequest, type Turn } from '../../pipeline/inference-request.js';
import { samplingFields, samplingOf, wellFormed } from './request-fields.js';
import { refuseUnsupported } from './unsupported-parameters.js';
import { readWith } from './validation.js';

const MAX_MESSAGES = 4096;
const MAX_PARTS = 1024;

const textPart = z.object({
  type: z.unknown().refine((type) => type === 'text', {
    message: "only parts of type 'text' are supported.",
    params: { code: 'unsupported_parameter' },
  }),
  text: wellFormed,
});

const parts = z
  .array(textPart)
  .max(MAX_PARTS)
  .transform((list) => list.map((part) => part.text).join(''));

/** A string or an array of text parts. Which one decides how it is read, so that an error names the exact part. */
const content = z.unknown().transform((value, context): string => {
  const parsed = (Array.isArray(value) ? parts : wellFormed).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
  return z.NEVER;
});

const refusedCalls = z.null().or(z.array(z.never()).max(0)).optional();

const message = z
  .object({
    role: z.enum(ROLES),
    content: z.unknown(),
    name: wellFormed.max(64).nullish(),
    tool_calls: refusedCalls,
    function_call: refusedCalls,
  })
  .transform(({ role, content: value, name }) => ({
    role,
    // An assistant turn that only called a tool has no content.
    content: role === 'assistant' && value === null ? '' : value,
    name: name ?? '',
  }))
  .pipe(z.object({ role: z.enum(ROLES), content, name: z.string() }));

const chatBody = z.object({
  ...samplingFields,
  messages: z.array(message).min(1).max(MAX_MESSAGES),
  max_completion_tokens: samplingFields.max_tokens,
});

const SUPPORTED = new Set(Object.keys(chatBody.shape));

export interface ChatBody {
  readonly request: InferenceRequest;
  readonly includeUsage: boolean;
}

/** Body of POST /v1/chat/completions. Throws `invalid_request` or `unsupported_parameter` with the parameter's path. */
export function readChatBody(value: unknown): ChatBody {
  refuseUnsupported(value, SUPPORTED);
  const body = readWith(chatBody, value);
  const turns: Turn[] = body.messages;
  return {
    includeUsage: body.stream_options?.include_usage ?? false,
    request: {
      model: body.model,
      prompt: { kind: 'chat', turns },
      sampling: samplingOf(body, body.max_completion_tokens ?? body.max_tokens),
      stream: body.stream ?? false,
    },
  };
}
