import { guardrailAction, guardrailStage } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { StreamFilter } from '../../filter/stream-filter.js';
import type { CompiledPolicy } from '../../policy/policy.js';
import { BY_TEXT } from '../../rules/rule-set.js';
import { approvedPolicy } from '../approved-policy.js';
import { policyOf } from './verdicts.fixture.js';

const then = String('then');
/** What rules may conclude. */
const RULED: ReadonlySet<string> = new Set(['flag', 'downgrade', 'require_approval', 'block']);
const logic = (action: string) => ({
  rules: [{ id: 'r', when: { fact: 'stage', op: 'exists' }, [then]: { action, message: 'Wait.' } }],
});
const ruling = (action: string): CompiledPolicy =>
  policyOf({
    rules: [
      { check: 'pii.card', action },
      { check: 'prompt-injection', action, threshold: 0.3, on_error: 'open', deadline_ms: 7 },
      { check: 'leak', action: 'mask' },
    ],
    ...(RULED.has(action) && { logic: logic(action) }),
  });

describe('the policy for approved content', () => {
  it.each(guardrailAction.options.filter((action) => action !== 'allow'))('does with %s what it has to', (action) => {
    const approved = approvedPolicy(ruling(action));
    const expected = action === 'require_approval' ? 'flag' : action;
    const { plan, checks } = approved.stage('output');
    expect(plan.ruleOf('pii.card', 1)?.action).toBe(expected);
    expect(checks.map(({ rule }) => rule.action)).toEqual([expected, 'mask']);
    const ruled = approved.rules?.decide(new Map([['stage', 'output']]));
    expect(ruled?.action).toBe(RULED.has(action) ? expected : undefined);
    const awaited = approved.rules?.foresee(() => BY_TEXT).awaited;
    expect(awaited).toBe(RULED.has(action) ? expected : undefined);
  });

  it('changes nothing else', () => {
    const policy = ruling('require_approval');
    const approved = approvedPolicy(policy);
    const { rules: _, stage: __, ...fields } = policy;
    expect(approved).toMatchObject(fields);
    for (const stage of guardrailStage.options) {
      const [before, after] = [policy.stage(stage), approved.stage(stage)];
      expect(after.maxHoldback).toBe(before.maxHoldback);
      expect(after.checks.map(({ rule: { action: _action, ...rule }, ...check }) => ({ ...check, rule }))).toEqual(
        before.checks.map(({ rule: { action: _action, ...rule }, ...check }) => ({ ...check, rule })),
      );
      expect(after.plan.ruleOf('pii.email', 1)).toBeUndefined();
    }
    expect(approved.rules?.decide(new Map([['stage', 'output']])).fired).toHaveLength(1);
    expect(approvedPolicy(policyOf()).rules).toBeUndefined();
  });

  it('keeps a check one object over all stages, so that it runs once', () => {
    const approved = approvedPolicy(ruling('require_approval'));
    const [first] = approved.stage('input').checks;
    expect(approved.stage('output').checks[0]).toBe(first);
    expect(approved.stage('input').checks[0]).toBe(first);
  });

  it('lets through what waited, and still takes links from a downgraded request', () => {
    const { plan, downgradedPlan } = approvedPolicy(ruling('require_approval')).stage('output');
    const text = 'pay with 4111111111111111 at ![] now';
    const filtered = (filter: StreamFilter) => [filter.push(text) + filter.end(), filter.blocked];
    expect(filtered(new StreamFilter(plan))).toEqual([text, false]);
    expect(filtered(new StreamFilter(downgradedPlan))).toEqual([text.replace('![]', '[egress.image]'), false]);
  });
});
