import { z } from 'zod';
import { ROLES, type RetrievedDocument, type Turn } from '../../pipeline/inference-request.js';
import { refuseField, wellFormed } from './request-fields.js';
import { toolCalls } from './tool-fields.js';

const MAX_MESSAGES = 4096;
const MAX_PARTS = 1024;
const MAX_TITLE = 1024;

interface ReadContent {
  readonly text: string;
  readonly documents: readonly RetrievedDocument[];
}

const NO_CONTENT: ReadContent = { text: '', documents: [] };

const textPart = z.object({
  type: z.unknown().refine((type) => type === 'text', {
    message: "only parts of type 'text' and 'document' are supported.",
    params: { code: 'unsupported_parameter' },
  }),
  text: wellFormed,
});

const documentPart = z.object({
  type: z.literal('document'),
  title: wellFormed.max(MAX_TITLE).nullish(),
  text: wellFormed,
});

const isDocument = (value: unknown) =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'document';

/** Which kind it is decides how it is read, so that an error names the exact field. */
const part = z.unknown().transform((value, context): ReadContent => {
  if (!isDocument(value)) return { text: readAs(textPart, value, context)?.text ?? '', documents: [] };
  const document = readAs(documentPart, value, context);
  return { text: '', documents: document ? [{ title: document.title ?? '', text: document.text }] : [] };
});

const parts = z
  .array(part)
  .max(MAX_PARTS)
  .transform((list): ReadContent => {
    return { text: list.map(({ text }) => text).join(''), documents: list.flatMap(({ documents }) => documents) };
  });

/** A string or an array of parts. */
const content = z.unknown().transform((value, context): ReadContent => {
  if (Array.isArray(value)) return readAs(parts, value, context) ?? NO_CONTENT;
  return { text: readAs(wellFormed, value, context) ?? '', documents: [] };
});

/** Reads a value with a schema inside of another one, whose error then names the exact place. */
function readAs<T extends z.ZodType>(schema: T, value: unknown, context: z.RefinementCtx): z.output<T> | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
  return undefined;
}

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
  .pipe(turn)
  .superRefine(({ role, content: { documents } }, context) => {
    if (role !== 'user' && documents.length > 0) refuseField(context, ['content'], 'only a user brings documents.');
  })
  .transform(({ content: { text, documents }, ...rest }) => ({ ...rest, content: text, documents }));

/** An assistant turn that only called a tool has no content. */
function isAbsent(value: unknown, calls: readonly unknown[] | null | undefined): boolean {
  return value === null || (value === undefined && calls !== null && calls !== undefined && calls.length > 0);
}

export const messages = z.array(message).min(1).max(MAX_MESSAGES);

/** What `messages` gives. */
export type Messages = readonly Turn[];
