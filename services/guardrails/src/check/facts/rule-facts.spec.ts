import { describe, expect, it } from 'vitest';
import type { ConversationPart } from '../conversation.js';
import { factsOf, isReadable, type FactSources } from './rule-facts.js';

const sources: FactSources = {
  stage: 'output',
  model: 'assistant',
  metadata: new Map([['customer', 'gold']]),
  extracted: new Map([['extracted.reason', 'defective']]),
  action: 'mask',
  outcomes: [{ check: 'toxicity', score: 0.2, threshold: 0.5, status: 'ok', durationUs: 1, degradedTo: '' }],
  detectors: ['pii.card'],
};
const call = (text: string) => ({ stage: 'tool_call', tool: 'issue_refund', text }) as ConversationPart;

describe('factsOf', () => {
  it('tells the request, what the checks found, and the arguments of a call by their paths', () => {
    const facts = factsOf(sources, call('{"amount": 30, "order": {"id": "A1", "items": [true]}}'), 12);
    expect(Object.fromEntries(facts)).toEqual({
      stage: 'tool_call',
      model: 'assistant',
      'text.characters': 12,
      'request.metadata.customer': 'gold',
      'verdict.action': 'mask',
      'verdict.toxicity.score': 0.2,
      'verdict.pii.found': true,
      'verdict.pii.card.found': true,
      'extracted.reason': 'defective',
      'tool.name': 'issue_refund',
      'tool.arguments_valid': true,
      'tool.arguments.amount': 30,
      'tool.arguments.order.id': 'A1',
      'tool.arguments.order.items.0': true,
    });
  });

  it('knows what a check of words found by the name of the check, also where two policies share it', () => {
    const facts = factsOf({ ...sources, detectors: ['rivals.0', 'brand@2:rivals.17'] }, undefined, 0);
    expect(facts.get('verdict.rivals.found')).toBe(true);
    expect(facts.get('verdict.rivals.17.found')).toBe(true);
  });

  it.each([
    ['no JSON', '{"amount": '],
    ['a key that stands for another place', '{"order": {"total": 5}, "order.total": 500}'],
    ['more than can be shown', JSON.stringify(Array.from({ length: 600 }, (_, index) => index))],
    ['values too deep to be shown', `${'{"a":'.repeat(10)}1${'}'.repeat(10)}`],
  ])('says that a call is not readable with %s', (_what, text) => {
    expect(isReadable(factsOf(sources, call(text), 0))).toBe(false);
  });

  it('takes no arguments for an empty call', () => {
    expect(isReadable(factsOf(sources, call(''), 0))).toBe(true);
  });
});
