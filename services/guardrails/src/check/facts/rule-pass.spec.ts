import { describe, expect, it } from 'vitest';
import { compileRules } from '../../rules/compile-rules.js';
import { watching } from '../../rules/with-actions.js';
import { partOf } from '../test/verdicts.fixture.js';
import { applyRules, NO_RULES } from './rule-pass.js';
import type { FactSources } from './rule-facts.js';

const then = String('then');
const rules = compileRules({
  rules: [
    { id: 'large', when: { fact: 'tool.arguments.amount', op: 'gt', value: 100 }, [then]: { action: 'require_approval', message: 'Ask first.' } }, // prettier-ignore
    { id: 'huge', when: { fact: 'tool.arguments.amount', op: 'gt', value: 1000 }, [then]: { action: 'block', message: 'Too much.' } }, // prettier-ignore
    { id: 'long', when: { fact: 'text.characters', op: 'gt', value: 200 }, [then]: { action: 'flag', message: 'Long.' } }, // prettier-ignore
    { id: 'toxic', when: { fact: 'verdict.toxicity.score', op: 'gt', value: 0.1 }, [then]: { action: 'flag' } },
  ],
});
const sources: FactSources = {
  stage: 'output',
  model: 'assistant',
  metadata: new Map(),
  extracted: new Map(),
  action: 'allow',
  outcomes: [],
  detectors: [],
};
const call = (text: string) => partOf(text, { stage: 'tool_call', tool: 'issue_refund', json: true });
const refund = (amount: number) => call(JSON.stringify({ amount }));
const fired = (texts: Parameters<typeof applyRules>[2], more: Partial<FactSources> = {}) => {
  const { action, message, trace } = applyRules(rules, { ...sources, ...more }, texts);
  return { action, message, rules: trace.map(({ rule }) => rule) };
};

describe('rules over a request', () => {
  it('decide once over all of its texts when there is no tool call', () => {
    expect(fired([])).toEqual({ action: 'allow', message: '', rules: [] });
    expect(fired([partOf('x'.repeat(150)), partOf('y'.repeat(51))])).toEqual({ action: 'flag', message: 'Long.', rules: ['long'] }); // prettier-ignore
    expect(fired([partOf('x'.repeat(200))])).toMatchObject({ action: 'allow' });
  });

  it('read what the checks found', () => {
    const outcome = {
      check: 'toxicity',
      score: 0.2,
      threshold: 0.5,
      status: 'ok',
      durationUs: 1,
      degradedTo: '',
    } as const;
    expect(fired([partOf('text')], { outcomes: [outcome] })).toMatchObject({ action: 'flag', rules: ['toxic'] });
  });

  it('do not take a text for a call because it looks like one', () => {
    expect(fired([partOf('{"amount": 5000}', { json: true })])).toMatchObject({ action: 'allow' });
  });
});

describe('rules over several tool calls', () => {
  it('decide over each of them; the strongest action counts, with its own message', () => {
    const expected = { action: 'block', message: 'Too much.', rules: ['large', 'large', 'huge'] };
    expect(fired([refund(50), refund(500), refund(5_000)])).toEqual(expected);
    expect(fired([refund(5_000), refund(500), refund(50)])).toEqual({ ...expected, rules: ['large', 'huge', 'large'] });
    expect(fired([refund(50), refund(500)])).toMatchObject({ action: 'require_approval', message: 'Ask first.' });
    expect(fired([refund(50), refund(60)])).toEqual({ action: 'allow', message: '', rules: [] });
  });

  it('decide over the texts beside them as well, whose length counts for every call', () => {
    expect(fired([partOf('x'.repeat(300)), refund(1), refund(2)]).rules).toEqual(['long', 'long', 'long']);
    expect(fired([partOf(''), refund(5_000)]).rules).toEqual(['large', 'huge']);
    const answer = compileRules({
      rules: [{ id: 'answer', when: { fact: 'stage', op: 'eq', value: 'output' }, [then]: { action: 'block' } }],
    });
    expect(applyRules(answer, sources, [partOf('Here you are.'), refund(1)]).action).toBe('block');
    expect(applyRules(answer, sources, [partOf(''), refund(1)]).action).toBe('allow');
  });

  it.each([
    ['no JSON', '{"amount": 5'],
    ['two keys for one place', '{"a": {"amount": 1}, "a.amount": 2}'],
  ])('block a call with %s, though all others are fine', (_, text) => {
    const { action, message, trace } = applyRules(rules, sources, [refund(1), call(text), refund(2)]);
    expect([action, message]).toEqual(['block', '']);
    expect(trace).toEqual([
      { rule: 'tool-arguments-readable', read: [['tool.arguments_valid', false]], conclusion: 'action=block' },
    ]);
  });

  it('do nothing about such a call when they only watch, and tell it', () => {
    const { action, trace } = applyRules(watching(rules), sources, [call('{"amount": 5')]);
    expect([action, trace.map(({ rule }) => rule)]).toEqual(['allow', ['tool-arguments-readable']]);
  });

  it('let a call without arguments pass', () => {
    expect(fired([call('')])).toEqual({ action: NO_RULES.action, message: NO_RULES.message, rules: [] });
  });
});
