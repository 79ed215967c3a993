import { z } from 'zod';
import { ROLES, type Turn } from '../../pipeline/inference-request.js';
import { refuseField, wellFormed } from './request-fields.js';
import { toolCalls } from './tool-fields.js';

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

const refusedCall = z.null({ error: 'the API of functions is not supported; use tools.' }).optional();

const turn = z.object({
  role: z.enum(ROLES),
  content,
  name: z.string(),
  toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })),
  toolCallId: z.string(),
});

const message = z
  .object({
    role: z.enum(ROLES),
    content: z.unknown().optional(),
    name: wellFormed.max(64).nullish(),
    tool_calls: toolCalls.nullish(),
    tool_call_id: wellFormed.max(256).nullish(),
    function_call: refusedCall,
  })
  .superRefine(({ role, tool_calls: calls, tool_call_id: id }, context) => {
    if (role !== 'assistant' && calls && calls.length > 0) {
      refuseField(context, ['tool_calls'], 'only an assistant calls tools.');
    }
    if (role === 'tool' && !id) refuseField(context, ['tool_call_id'], 'the call that is answered is missing.');
    if (role !== 'tool' && id) refuseField(context, ['tool_call_id'], 'only a tool answers a call.');
  })
  .transform(({ role, content: value, name, tool_calls: calls, tool_call_id: id }) => ({
    role,
    content: role === 'assistant' && isAbsent(value, calls) ? '' : value,
    name: name ?? '',
    toolCalls: calls ?? [],
    toolCallId: id ?? '',
  }))
  .pipe(turn);

/** An assistant turn that only called a tool has no content. */
function isAbsent(value: unknown, calls: readonly unknown[] | null | undefined): boolean {
  return value === null || (value === undefined && calls !== null && calls !== undefined && calls.length > 0);
}

export const messages = z.array(message).min(1).max(MAX_MESSAGES);

/** What `messages` gives. */
export type Messages = readonly Turn[];
