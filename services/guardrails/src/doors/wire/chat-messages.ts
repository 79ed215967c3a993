import { z } from 'zod';
import { ConversationPart } from '../../check/conversation.js';
import type { Role } from '../../detector/text-check.js';
import type { Stage } from '../../detector/verdict-words.js';
import { UNSUPPORTED } from './door-body.js';
import type { InspectedTexts } from '../inspection/inspection-run.js';

const MAX_MESSAGES = 1_024;
const MAX_PARTS = 1_024;
const MAX_CALLS = 128;

/** Text without lone surrogates, which no UTF-8 encoder could carry. */
export const wellFormed = z.string().refine((text) => text.isWellFormed(), {
  error: 'holds a lone UTF-16 surrogate.',
  params: { code: 'invalid_utf8' },
});

const textPart = z.object({
  type: z
    .unknown()
    .refine((type) => type === 'text', { error: 'only parts of type text can be read.', ...UNSUPPORTED }),
  text: wellFormed,
});

const content = z.preprocess(
  (value) => (typeof value === 'string' ? [{ type: 'text', text: value }] : (value ?? [])),
  z
    .array(textPart)
    .max(MAX_PARTS)
    .transform((parts) => parts.map(({ text }) => text).join('')),
);

const toolCall = z.object({
  id: z.string().max(256).default(''),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string().min(1).max(256), arguments: wellFormed.default('') }),
});

/** A message of the OpenAI API. */
const message = z.object({
  /** `function` is what `tool` was called before. */
  role: z
    .enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'])
    .transform((role): Role => (role === 'function' ? 'tool' : role)),
  content,
  name: z.string().max(64).nullish(),
  tool_calls: z.array(toolCall).max(MAX_CALLS).nullish(),
  tool_call_id: z.string().max(256).nullish(),
});

export const chatMessages = z.array(message).min(1).max(MAX_MESSAGES);

export type ChatMessage = z.output<typeof message>;

const STAGES: Readonly<Record<Role, Stage>> = {
  system: 'input',
  developer: 'input',
  user: 'input',
  assistant: 'output',
  tool: 'tool_result',
};

/** A conversation to be judged: everything that people, models and tools said, around the application's instructions. */
export function conversationTexts(messages: readonly ChatMessage[]): InspectedTexts {
  const texts: ConversationPart[] = [];
  const context: ConversationPart[] = [];
  messages.forEach(({ role, content: text, tool_calls: calls }, index) => {
    const instruction = role === 'system' || role === 'developer';
    const path = `messages.${index}`;
    if (text) (instruction ? context : texts).push(textAt(`${path}.content`, text, role));
    calls?.forEach(({ function: { name, arguments: json } }, place) => {
      const called = { path: `${path}.tool_calls.${place}`, text: json, role, tool: name, json: true } as const;
      if (json) texts.push(new ConversationPart({ ...called, stage: 'tool_call' }));
    });
  });
  return { texts, context };
}

/** The message that a path of these texts belongs to. */
export function messageIndexOf(path: string): number {
  return Number(path.split('.')[1] ?? 0);
}

/** One plain text; its stage follows from its role where none is given. */
export function textAt(path: string, text: string, role: Role, stage: Stage = STAGES[role]): ConversationPart {
  return new ConversationPart({ path, text, role, stage, tool: '', json: false });
}
