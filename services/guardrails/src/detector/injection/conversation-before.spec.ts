import { describe, expect, it } from 'vitest';
import { viewsOf } from '../../text/views-of.js';
import type { ConversationText } from '../text-check.js';
import { conversationBefore } from './conversation-before.js';

function turn(text: string, more: Partial<ConversationText> = {}): ConversationText {
  return { path: 'p', role: 'user', stage: 'input', text, tool: '', views: viewsOf(text), ...more };
}

describe('conversationBefore', () => {
  it('joins what the user wrote, folded, in its order', () => {
    expect(conversationBefore([turn('One.'), turn('TWO.')])).toBe('one.\n\ntwo.\n\n');
    expect(conversationBefore([])).toBe('');
  });

  it('leaves out what others wrote', () => {
    const others = [
      turn('system', { role: 'system' }),
      turn('answer', { role: 'assistant' }),
      turn('page', { stage: 'document' }),
    ];
    expect(conversationBefore([...others, turn('mine')])).toBe('mine\n\n');
  });

  it('keeps the newest eight turns, and no more than 8,000 characters of them', () => {
    const many = Array.from({ length: 12 }, (_, index) => turn(`turn number ${index}`));
    expect(conversationBefore(many)).toMatch(/^turn number 4\n\n.*turn number 11\n\n$/s);
    const long = [turn('apple '.repeat(1_000)), turn('berry '.repeat(1_000)), turn('c')];
    const before = conversationBefore(long);
    expect(before.length).toBeLessThanOrEqual(8_000);
    expect(before).toMatch(/^berry .*c\n\n$/s);
  });
});
