import { describe, expect, it } from 'vitest';
import { documentsOf, lastUserText, turnsOf, wholeConversation } from './conversation-around.js';
import { inputOf, textOf } from './test/inputs.js';

const system = textOf('be brief', { path: 's', role: 'system' });
const page = textOf('a page', { path: 'd', stage: 'document' });
const question = textOf('what?', { path: 'q' });
const result = textOf('42', { path: 't', role: 'tool', stage: 'tool_result' });
const answer = textOf('it is 42', { path: 'a', role: 'assistant', stage: 'output' });

describe('the conversation around what is judged', () => {
  it('holds every text once, in its order', () => {
    const context = [system, page, question];
    expect(wholeConversation(inputOf([answer], { context }))).toEqual([...context, answer]);
    expect(wholeConversation(inputOf([question], { context }))).toEqual(context);
  });

  it('tells what was brought along from what was said', () => {
    const input = inputOf([answer, textOf(' ', { path: 'e' })], { context: [system, page, question, result] });
    expect(documentsOf(input)).toEqual([page, result]);
    expect(turnsOf(input)).toEqual([system, question, answer]);
    expect(lastUserText(input)).toBe('what?');
    expect(lastUserText(inputOf([answer]))).toBe('');
  });
});
