import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Stage } from '../detector/verdict-words.js';
import { BY_REQUEST, BY_TEXT } from '../rules/rule-set.js';
import { compilePolicy } from './compile-policy.js';
import { logicOf, sampleCatalogue } from './compile/sample-catalogue.fixture.js';
import { STREAMED_STAGES } from './compile/stage-policies.js';
import { composePolicies } from './compose-policies.js';
import { foreseenFacts, foundAt } from './foreseen-facts.js';
import type { CompiledPolicy } from './policy.js';

const compile = (document: object, name = 'shop'): CompiledPolicy =>
  compilePolicy({ name, ...document }, 1, sampleCatalogue);
const heldStages = (policy: CompiledPolicy): Stage[] =>
  STREAMED_STAGES.filter((stage) => policy.stage(stage).maxHoldback === Infinity);
const is = (fact: string, value: string | number | boolean) => ({ fact, op: 'eq', value });
const long = { fact: 'text.characters', op: 'gt', value: 5 };
const mask = { check: 'pii.card', action: 'mask' };

describe('what is known of a text before it is there', () => {
  const { plan, checks } = compile({ rules: [mask, { check: 'leak', action: 'flag' }] }).stage('output');
  const output = foundAt('output', plan.detectors, checks);
  const request = { model: 'm', metadata: new Map([['tier', 'gold']]) };

  it.each<[string, unknown, unknown]>([
    ['stage', 'output', 'output'],
    ['model', BY_REQUEST, 'm'],
    ['request.metadata.tier', BY_REQUEST, 'gold'],
    ['request.metadata.role', BY_REQUEST, undefined],
    ['tool.name', undefined, undefined],
    ['tool.arguments.amount', undefined, undefined],
    ['text.characters', BY_TEXT, BY_TEXT],
    ['extracted.reason', BY_TEXT, BY_TEXT],
    ['verdict.action', BY_TEXT, BY_TEXT],
    ['verdict.pii.card.found', BY_TEXT, BY_TEXT],
    ['verdict.pii.card.score', undefined, undefined],
    ['verdict.pii.email.found', undefined, undefined],
    ['verdict.leak.found', BY_TEXT, BY_TEXT],
    ['verdict.leak.score', BY_TEXT, BY_TEXT],
    ['verdict.prompt-injection.score', undefined, undefined],
    // The filter looks for the first one in every answer, and for the second one in that to a downgraded request.
    ['verdict.leak.canary.found', BY_TEXT, BY_TEXT],
    ['verdict.egress.link.bare.found', BY_TEXT, BY_TEXT],
  ])('%s', (fact, before, opened) => {
    expect([foreseenFacts(output)(fact), foreseenFacts(output, request)(fact)]).toEqual([before, opened]);
  });

  it('is nothing about a call, which is read from its text', () => {
    expect(foreseenFacts({ ...output, stage: 'tool_call' })('tool.name')).toBe(BY_TEXT);
  });
});

describe('a policy with rules over facts', () => {
  it.each<[string, object, object, Stage[]]>([
    ['holds what they may stop for its text', long, { action: 'block' }, ['output', 'reasoning']],
    ['holds what may wait for a person', long, { action: 'require_approval' }, ['output', 'reasoning']],
    ['holds one stage', { all: [is('stage', 'reasoning'), long] }, { action: 'block' }, ['reasoning']],
    ['holds nothing for a flag', long, { action: 'flag' }, []],
    ['holds nothing for a downgrade, which takes nothing from a text', long, { action: 'downgrade' }, []],
    ['holds nothing for what the request tells', is('request.metadata.tier', 'free'), { action: 'block' }, []],
    ['holds nothing for tool calls', { fact: 'tool.arguments.sum', op: 'gt', value: 9 }, { action: 'block' }, []],
    ['holds nothing for what is not looked for', is('verdict.pii.email.found', true), { action: 'block' }, []],
    ['holds for what is looked for', is('verdict.pii.card.found', true), { action: 'block' }, ['output', 'reasoning']],
  ])('%s', (_what, when, conclusion, stages) => {
    const policy = compile({ rules: [mask], ...logicOf(when, conclusion) });
    expect(heldStages(policy)).toEqual(stages);
    expect(policy.maxHoldback === Infinity).toBe(stages.length > 0);
    expect(heldStages(compile({ mode: 'shadow', rules: [mask], ...logicOf(when, conclusion) }))).toEqual([]);
  });

  it('looks where a check is at work', () => {
    const rules = [{ check: 'prompt-injection', action: 'flag', stages: ['input', 'reasoning'], on_error: 'open' }];
    const when = is('verdict.prompt-injection.found', true);
    expect(heldStages(compile({ rules, ...logicOf(when, { action: 'block' }) }))).toEqual(['reasoning']);
  });

  it('holds what rules want facts for that may be refused', () => {
    const extract = (on_error: string) => ({
      extract: {
        ...{ on_error, model: 'm', instructions: 'i' },
        schema: { type: 'object', properties: { reason: { type: 'string' } } },
      },
    });
    const flag = (on_error: string) => logicOf(is('extracted.reason', 'x'), { action: 'flag' }, extract(on_error));
    expect(heldStages(compile(flag('closed')))).toEqual(['output', 'reasoning']);
    expect(heldStages(compile(flag('open')))).toEqual([]);
  });

  it.each(['refund-assistant', 'default', 'strict', 'strict-shadow', 'none'])('%s streams', (name) => {
    const file = new URL(`../../policies/${name}.json`, import.meta.url);
    const { logic } = JSON.parse(readFileSync(file, 'utf8')) as { logic?: object };
    expect(heldStages(compile({ logic: logic ?? { rules: [] } }))).toEqual([]);
  });
});

describe('policies with rules that decide together', () => {
  const compose = (...policies: [CompiledPolicy, ...CompiledPolicy[]]) =>
    composePolicies(policies, sampleCatalogue.detectors);
  const reader = compile(logicOf(is('verdict.pii.card.found', true), { action: 'block' }), 'reader');
  const masker = compile({ rules: [mask] }, 'masker');

  it('hold what the rules of one decide over findings of another', () => {
    expect([reader, masker].map((policy) => policy.maxHoldback === Infinity)).toEqual([false, false]);
    const both = compose(reader, masker);
    expect([both.maxHoldback, heldStages(both)]).toEqual([Infinity, ['output', 'reasoning']]);
    expect(compose(reader, compile({}, 'other')).maxHoldback).toBeLessThan(Infinity);
  });

  it('hold nothing for one that only watches', () => {
    const watcher = compile({ mode: 'shadow', ...logicOf(long, { action: 'block' }) }, 'watcher');
    expect(compose(masker, watcher).maxHoldback).toBe(masker.maxHoldback);
    expect(compose(masker, watcher).rules?.acts).toBe(false);
    const both = compose(compile(logicOf(is('model', 'm'), { action: 'flag' }), 'acting'), watcher).rules;
    expect(both?.acts).toBe(true);
    const foresight = both?.foresee((fact) => (fact === 'text.characters' ? BY_TEXT : undefined));
    expect(foresight?.awaited).toBe('allow');
    expect(both?.foresee(() => 'm').decideEarly(new Map([['model', 'm']]))).toMatchObject({ action: 'flag' });
  });
});
