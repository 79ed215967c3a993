import { describe, expect, it } from 'vitest';
import type { Action } from '../detector/verdict-words.js';
import { compilePolicy } from './compile-policy.js';
import { sampleCatalogue } from './compile/sample-catalogue.fixture.js';
import { composePolicies } from './compose-policies.js';
import type { CompiledPolicy } from './policy.js';

const rule = (check: string, action: Action, more: object = {}) => ({ check, action, ...more });
const compile = (name: string, document: object) => compilePolicy({ name, ...document }, 1, sampleCatalogue);
const compose = (...policies: [CompiledPolicy, ...CompiledPolicy[]]) =>
  composePolicies(policies, sampleCatalogue.detectors);

describe('policies that decide together', () => {
  it('are one policy when there is one, however often', () => {
    const one = compile('a', {});
    expect(compose(one)).toBe(one);
    expect(compose(one, one)).toBe(one);
  });

  it('do the strongest enforced thing that any of them says', () => {
    const route = compile('route', { rules: [rule('pii.*', 'mask'), rule('secret.key', 'flag')] });
    const project = compile('project', { rules: [rule('pii.card', 'block'), rule('pii.email', 'flag')] });
    const trial = compile('trial', {
      mode: 'shadow',
      rules: [rule('secret.key', 'block'), rule('egress.sql', 'block')],
    });
    const { ruleOf } = compose(route, project, trial).stage('output').plan;
    expect(ruleOf('pii.card', 1)).toMatchObject({ action: 'block', shadow: false });
    expect(ruleOf('pii.email', 1)).toMatchObject({ action: 'mask' });
    expect(ruleOf('secret.key', 1)).toMatchObject({ action: 'flag', shadow: false });
    expect(ruleOf('egress.sql', 1)).toMatchObject({ action: 'block', shadow: true });
    expect(ruleOf('egress.image', 1)).toBeUndefined();
  });

  it('keep patterns apart that both call the same', () => {
    const deny = (name: string, word: string, action: Action) =>
      compile(name, { checks: { deny: { kind: 'words', words: [word] } }, rules: [rule('deny', action)] });
    const { plan } = compose(deny('a', 'dawn', 'flag'), deny('b', 'dusk', 'block')).stage('input');
    expect(plan.detectors.map(({ id, pattern }) => [id, pattern])).toEqual([
      ['b@1:deny.0', 'dusk'],
      ['deny.0', 'dawn'],
    ]);
    expect(plan.ruleOf('deny.0', 1)?.action).toBe('flag');
    expect(plan.ruleOf('b@1:deny.0', 1)?.action).toBe('block');
  });

  it('run equal rules about one check once, and others side by side', () => {
    const a = compile('a', { rules: [rule('leak', 'block'), rule('prompt-injection', 'flag')] });
    const b = compile('b', { rules: [rule('leak', 'block'), rule('prompt-injection', 'block')] });
    const both = compose(a, b);
    const { checks } = both.stage('input');
    expect(checks.map(({ check, rule: { action } }) => [check.id, action])).toEqual([
      ['leak', 'block'],
      ['prompt-injection', 'flag'],
      ['prompt-injection', 'block'],
    ]);
    expect(both.stage('output').checks[0]).toBe(checks[0]);
  });

  it('say who decides, and hold back at least as much as each of them', () => {
    const a = compile('a', { rules: [rule('pii.card', 'mask')], canary: true, message: 'no' });
    const b = compile('b', {
      rules: [rule('prompt-injection', 'block')],
      downgrade: { max_output_tokens: 9 },
      message: 'never',
    });
    const both = compose(a, b);
    expect(both.versions).toEqual(['a@1', 'b@1']);
    expect(both).toMatchObject({ name: 'a', mode: 'enforce', canary: true, message: 'no' });
    expect(both.downgrade.maxOutputTokens).toBe(9);
    expect(both.maxHoldback).toBe(a.maxHoldback + 200);
    expect(both.maxHoldback).toBe(both.stage('output').maxHoldback);
    expect(both.detectors).toEqual(['pii.card', 'prompt-injection']);
    expect(compose(b, a).sha256).not.toBe(both.sha256);
  });

  it('let rules of each decide, the strongest wins', () => {
    const when = '{"fact": "stage", "op": "eq", "value": "input"}';
    const logic = (action: Action, message: string) => ({
      logic: JSON.parse(
        `{"rules": [{"id": "${action}", "when": ${when}, "then": {"action": "${action}", "message": "${message}"}}]}`,
      ) as object,
    });
    const both = compose(
      compile('a', logic('flag', 'watch it')),
      compile('b', logic('block', 'not this')),
      compile('c', { mode: 'shadow', ...logic('require_approval', 'ask') }),
    );
    const decision = both.rules?.decide(new Map([['stage', 'input']]));
    expect(decision).toMatchObject({ action: 'block', message: 'not this' });
    expect(decision?.fired.map((fired) => fired.rule)).toEqual(['flag', 'block', 'require_approval']);
  });
});
