import { z } from 'zod';
import { ConversationPart } from '../../check/conversation.js';
import type { Role } from '../../detector/text-check.js';
import type { Stage } from '../../detector/verdict-words.js';
import { UNSUPPORTED } from '../wire/door-body.js';

const MAX_TEXTS = 1_024;
const MAX_CALLS = 128;

const roles = new Set<unknown>(['system', 'developer', 'user', 'assistant', 'tool'] satisfies Role[]);
/** Messages tell who said a text and are not judged, so that blocks of any provider may stand in them. */
const structuredMessage = z.looseObject({ role: z.unknown().optional(), content: z.unknown().optional() });

/** What LiteLLM posts. Fields that say nothing about what is to be judged are passed over. */
export const webhookBody = z.looseObject({
  texts: z
    .array(z.string())
    .max(MAX_TEXTS)
    .nullish()
    .transform((texts) => texts ?? []),
  images: z
    .array(z.unknown())
    .nullish()
    .refine((images) => !images?.length, { error: 'images cannot be judged.', ...UNSUPPORTED }),
  tool_calls: z
    .array(
      z.looseObject({
        function: z.looseObject({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
      }),
    )
    .max(MAX_CALLS)
    .nullish(),
  tools: z.array(z.unknown()).nullish(),
  structured_messages: z.array(structuredMessage).max(MAX_TEXTS).nullish(),
  input_type: z.enum(['request', 'response']),
  litellm_call_id: z.string().max(256).nullish(),
  model: z.string().max(256).nullish(),
  additional_provider_specific_params: z.looseObject({ policy: z.string().min(1).max(128).nullish() }).nullish(),
});

export type WebhookBody = z.output<typeof webhookBody>;

/** The texts in order, then the arguments of the calls: tools answer to a role, so theirs is looked up in the messages. */
export function partsOf({
  texts,
  tool_calls: calls,
  structured_messages,
  input_type,
}: WebhookBody): ConversationPart[] {
  const answer = input_type === 'response';
  const known = answer ? new Map<string, Role>() : rolesOf(structured_messages ?? []);
  const stage: Stage = answer ? 'output' : 'input';
  const said = texts.map((text, index) => {
    const role = known.get(text) ?? (answer ? 'assistant' : 'user');
    const own = role === 'tool' ? 'tool_result' : stage;
    return new ConversationPart({ path: `texts.${index}`, text, role, stage: own, tool: '', json: false });
  });
  const called = (calls ?? []).map(({ function: call }, index) => {
    const { name, arguments: text } = call ?? {};
    const path = `tool_calls.${index}`;
    const made = { path, text: text ?? '', tool: name ?? '', role: 'assistant', json: true } as const;
    return new ConversationPart({ ...made, stage: 'tool_call' });
  });
  return [...said, ...called];
}

/** Who said a text. What a tool brought stays its own, whoever repeats it. */
function rolesOf(messages: NonNullable<WebhookBody['structured_messages']>): Map<string, Role> {
  const found = new Map<string, Role>();
  for (const { role, content } of messages) {
    if (!roles.has(role)) continue;
    for (const text of textsIn(content)) if (found.get(text) !== 'tool') found.set(text, role as Role);
  }
  return found;
}

function textsIn(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: { text?: unknown } | null) => (typeof part?.text === 'string' ? [part.text] : []));
}
