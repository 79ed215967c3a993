import type { CheckInput, ConversationText, Role } from '../detector/text-check.js';
import { viewsOf } from './views-of.js';

/** A text of a conversation, as checks get it. */
export function conversationText(text: string, role: Role = 'user', path = 'messages.0.content'): ConversationText {
  return { path, role, stage: role === 'assistant' ? 'output' : 'input', text, tool: '', views: viewsOf(text) };
}

/** What a check decides on, with nothing special about it. */
export function checkInput(texts: readonly ConversationText[], more: Partial<CheckInput> = {}): CheckInput {
  const signal = new AbortController().signal;
  return { texts, context: [], facts: new Map(), canaries: [], signal, principal: undefined, ...more };
}
