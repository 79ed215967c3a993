import { describe, expect, it } from 'vitest';
import { logicOf } from '../../policy/compile/sample-catalogue.fixture.js';
import { policyOf } from '../test/verdicts.fixture.js';
import { approvedPolicy } from '../approved-policy.js';
import { joinedPasses, streamRules, type StreamRules } from './stream-rules.js';

const request = { model: 'assistant', metadata: new Map([['tier', 'free']]) };
const is = (fact: string, value: string) => ({ fact, op: 'eq', value });
const free = is('request.metadata.tier', 'free');
const gold = is('request.metadata.tier', 'gold');
const long = { fact: 'text.characters', op: 'gt', value: 5 };
const rulesOf = (when: object, action: string, more: object = {}): StreamRules =>
  streamRules(policyOf({ ...logicOf(when, { action, message: 'Why.' }), ...more }), 'output', request);

describe('rules over one text of a stream', () => {
  it.each<[string, object, string, string, string]>([
    ['wait for a text that they may stop', long, 'block', 'hold', 'watch'],
    ['wait when the request settles it only in part', { all: [free, long] }, 'block', 'hold', 'watch'],
    ['do not wait when the request settles it', { all: [gold, long] }, 'block', 'decided', 'decided'],
    ['do not wait to flag a text', long, 'flag', 'watch', 'watch'],
    ['do not wait to downgrade one', long, 'downgrade', 'watch', 'watch'],
    ['do not wait to block whatever the text says', free, 'block', 'decided', 'decided'],
    ['wait with what a check might yet block', free, 'require_approval', 'hold', 'decided'],
    ['are decided about what cannot be', is('tool.name', 'x'), 'block', 'decided', 'decided'],
  ])('%s', (_what, when, action, enforced, inShadow) => {
    expect([rulesOf(when, action).kind, rulesOf(when, action, { mode: 'shadow' }).kind]).toEqual([enforced, inShadow]);
  });

  it('tell what they decided before the text', () => {
    const trace = [{ rule: 'rule', read: [['request.metadata.tier', 'free']], conclusion: 'action=block' }];
    expect(rulesOf(free, 'block')).toEqual({ kind: 'decided', pass: { action: 'block', message: 'Why.', trace } });
    expect(rulesOf(gold, 'block')).toMatchObject({ pass: { action: 'allow', message: '', trace: [] } });
    const watched = { kind: 'decided', pass: { action: 'allow', message: '', trace } };
    expect(rulesOf(free, 'block', { mode: 'shadow' })).toEqual(watched);
  });

  it('wait for every tool call, whose arguments they have to read, and for none without rules', () => {
    const at = (document: object) => streamRules(policyOf(document), 'tool_call', request).kind;
    expect(at(logicOf(is('stage', 'input'), { action: 'flag' }))).toBe('hold');
    expect(at({ mode: 'shadow', ...logicOf(long, { action: 'block' }) })).toBe('watch');
    expect(at({ rules: [{ check: 'pii.card', action: 'mask' }] })).toBe('decided');
  });

  it('wait for nothing that a person approved', () => {
    const policy = policyOf(logicOf(long, { action: 'require_approval' }));
    expect(streamRules(policy, 'output', request).kind).toBe('hold');
    expect(streamRules(approvedPolicy(policy), 'output', request).kind).toBe('watch');
  });
});

describe('what rules said of several texts', () => {
  it('is the strongest action with its own message, and every step', () => {
    const step = (rule: string) => [{ rule, read: [], conclusion: '' }];
    const flag = { action: 'flag', message: 'seen', trace: step('a') } as const;
    const block = { action: 'block', message: 'no', trace: step('b') } as const;
    expect(joinedPasses([flag, block])).toEqual({
      action: 'block',
      message: 'no',
      trace: [...step('a'), ...step('b')],
    });
    expect(joinedPasses([])).toEqual({ action: 'allow', message: '', trace: [] });
  });
});
