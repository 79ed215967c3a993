import { expect, it } from 'vitest';
import type { GuardStage } from '../pipeline/prompt-texts.js';
import { filtersOf } from './content-filters.js';

const stageAt = new Map<string, GuardStage>([
  ['messages.0.content', 'input'],
  ['messages.0.documents.0.text', 'document'],
  ['messages.1.content', 'tool_result'],
]);
const found = (category: string, entity = '', path = 'messages.0.content') => ({ category, entity, path });

it.each([
  ['toxicity', 'hate/threatening', 'hate'],
  ['toxicity', 'harassment', 'hate'],
  ['toxicity', 'self-harm/intent', 'self_harm'],
  ['toxicity', 'sexual/minors', 'sexual'],
  ['toxicity', 'violence/graphic', 'violence'],
  ['toxicity', 'illicit/violent', 'violence'],
  ['pii', 'CREDIT_CARD', 'pii'],
  ['', '', 'custom'],
])('%s %s is %s', (category, entity, filter) => {
  expect(filtersOf([found(category, entity)], stageAt)).toEqual([filter]);
});

it('tells an attack of the user from one that came with content of others', () => {
  const attack = (path: string) => filtersOf([found('injection', 'PROMPT_INJECTION', path)], stageAt);
  expect(attack('messages.0.content')).toEqual(['jailbreak']);
  expect(attack('messages.0.documents.0.text')).toEqual(['indirect_attack']);
  expect(attack('messages.1.content')).toEqual(['indirect_attack']);
  expect(attack('somewhere')).toEqual(['jailbreak']);
});

it('names each once', () => {
  expect(filtersOf([found('pii'), found('secret'), found('pii')], stageAt)).toEqual(['pii', 'secret']);
});
