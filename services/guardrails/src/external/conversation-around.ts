import type { CheckInput, ConversationText } from '../detector/text-check.js';
import type { Stage } from '../detector/verdict-words.js';

const THIRD_PARTY: ReadonlySet<Stage> = new Set<Stage>(['document', 'tool_result']);

/** Every text of the request once, in its order; those to decide on come last where they are not part of the context. */
export function wholeConversation({ context, texts }: CheckInput): readonly ConversationText[] {
  const known = new Set(context);
  return [...context, ...texts.filter((text) => !known.has(text))];
}

/** What the request brought from elsewhere: retrieved documents and answers of tools. */
export function documentsOf(input: CheckInput): readonly ConversationText[] {
  return wholeConversation(input).filter(({ stage, text }) => THIRD_PARTY.has(stage) && text.trim() !== '');
}

/** What people and models said to each other, without documents. */
export function turnsOf(input: CheckInput): readonly ConversationText[] {
  return wholeConversation(input).filter(({ stage, text }) => !THIRD_PARTY.has(stage) && text.trim() !== '');
}

/** The last thing that a user said; empty when nobody did. */
export function lastUserText(input: CheckInput): string {
  return turnsOf(input).findLast(({ role }) => role === 'user')?.text ?? '';
}
