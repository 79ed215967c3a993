import { z } from 'zod';
import type { Tool, ToolCall, ToolChoice } from '../../pipeline/inference-request.js';
import { isDeeperThan, MAX_JSON_LEVELS } from './json-depth.js';
import { refuseField, wellFormed } from './request-fields.js';

const MAX_TOOLS = 128;
const MAX_CALLS = 128;
const MAX_DESCRIPTION = 16_384;
const MAX_SCHEMA = 65_536;

const toolName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'a name has 1 to 64 letters, digits, underscores, dots and dashes.');

const functionType = z.unknown().refine((type) => type === 'function', {
  message: "only 'function' is supported.",
  params: { code: 'unsupported_parameter' },
});

/** A JSON Schema as JSON text. */
export const schemaText = z
  .record(z.string(), z.unknown())
  .refine((schema) => !isDeeperThan(MAX_JSON_LEVELS, schema), {
    message: `nested deeper than ${MAX_JSON_LEVELS} levels.`,
    abort: true,
  })
  .transform((schema) => JSON.stringify(schema))
  .refine((text) => text.length <= MAX_SCHEMA, `longer than ${MAX_SCHEMA} characters.`);

const tool = z
  .object({
    type: functionType,
    function: z.object({
      name: toolName,
      description: wellFormed.max(MAX_DESCRIPTION).nullish(),
      parameters: schemaText.nullish(),
    }),
  })
  .transform(({ function: { name, description, parameters } }): Tool => {
    return { name, description: description ?? '', parameters: parameters ?? '' };
  });

const named = z
  .object({ type: functionType, function: z.object({ name: toolName }) })
  .transform(({ function: { name } }): ToolChoice => ({ mode: 'named', name }));

const mode = z.enum(['none', 'auto', 'required']).transform((value): ToolChoice => ({ mode: value }));

/** A mode or the name of a tool. Which one decides how it is read, so that an error names the exact field. */
const toolChoice = z.unknown().transform((value, context): ToolChoice | undefined => {
  if (value === null || value === undefined) return undefined;
  const parsed = (typeof value === 'object' ? named : mode).safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
  return z.NEVER;
});

export const toolFields = {
  tools: z.array(tool).max(MAX_TOOLS).nullish(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().nullish(),
};

/** Calls that an assistant made earlier in the conversation. */
export const toolCalls = z
  .array(
    z
      .object({
        id: wellFormed.min(1).max(256),
        type: functionType,
        function: z.object({ name: toolName, arguments: wellFormed }),
      })
      .transform(({ id, function: call }): ToolCall => ({ id, name: call.name, arguments: call.arguments })),
  )
  .max(MAX_CALLS);

interface ToolBody {
  readonly tools?: readonly Tool[] | null | undefined;
  readonly tool_choice?: ToolChoice | undefined;
}

export function refuseUnknownTool({ tools, tool_choice: choice }: ToolBody, context: z.RefinementCtx): void {
  const names = (tools ?? []).map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) refuseField(context, ['tools', twice, 'function', 'name'], 'another tool has this name.');
  if (choice?.mode === 'required' && names.length === 0) refuseField(context, ['tool_choice'], 'there are no tools.');
  if (choice?.mode === 'named' && !names.includes(choice.name)) {
    refuseField(context, ['tool_choice', 'function', 'name'], 'no tool has this name.');
  }
}
