import type { ConversationText } from '../text-check.js';

const MAX_TURNS = 8;
const MAX_CHARACTERS = 8_000;
const SEPARATOR = '\n\n';

/** What a user wrote before, folded, newest last; what is too long ago is left out. Ends with a blank line if there is any. */
export function conversationBefore(context: readonly ConversationText[]): string {
  const turns: string[] = [];
  let length = 0;
  for (const turn of context.filter((text) => text.role === 'user' && text.stage === 'input').reverse()) {
    const { text } = turn.views.folded;
    length += text.length + SEPARATOR.length;
    if (turns.length === MAX_TURNS || length > MAX_CHARACTERS) break;
    turns.unshift(text + SEPARATOR);
  }
  return turns.join('');
}
