import { describe, expect, it } from 'vitest';
import type { Action } from '../../detector/verdict-words.js';
import type { OnError, PolicyCheck } from '../policy.js';
import { policyDocument } from '../policy-document.js';
import { CheckNames } from './check-names.js';
import { readRules, ruleTable } from './rule-table.js';
import { sampleCatalogue, wordCheck } from './sample-catalogue.fixture.js';
import { CompiledStage, holdsText, PlanFactory } from './stage-policies.js';

const { detectors } = sampleCatalogue;
const names = new CheckNames(sampleCatalogue, {});
const closed: OnError = { kind: 'closed' };
const open: OnError = { kind: 'open' };

const check = (action: Action, onError: OnError, shadow = false): PolicyCheck => ({
  check: wordCheck('a', 'x', 1, 100),
  rule: { action, threshold: 0.5, shadow, replacement: '' },
  onError,
  deadlineMs: 1_000,
});

function stage(plans: PlanFactory, ...rules: object[]): CompiledStage {
  const table = ruleTable(readRules(policyDocument.parse({ name: 'test', rules }), names), 'output');
  return new CompiledStage(table, detectors, plans);
}

describe('holdsText', () => {
  it.each<[string, PolicyCheck, boolean]>([
    ['one that blocks', check('block', open), true],
    ['one that masks', check('mask', open), true],
    ['one that only flags, and refuses when it fails', check('flag', closed), true],
    ['one that only flags, and passes when it fails', check('flag', open), false],
    ['one that allows and passes', check('allow', open), false],
    ['one in shadow', check('block', closed, true), false],
  ])('is, for %s, as it has to be', (_what, one, expected) => {
    expect(holdsText(one)).toBe(expected);
  });
});

describe('PlanFactory', () => {
  it('compiles the same detectors once, in whatever order, each plan with its own rules', () => {
    const plans = new PlanFactory();
    const masks = stage(plans, { check: 'pii.*', action: 'mask' });
    const blocks = stage(plans, { check: 'pii.email', action: 'block' }, { check: 'pii.*', action: 'block' });
    const other = stage(plans, { check: 'pii.card', action: 'mask' });
    expect(blocks.plan.scanner).toBe(masks.plan.scanner);
    expect(other.plan.scanner).not.toBe(masks.plan.scanner);
    expect([masks, blocks].map(({ plan }) => plan.ruleOf('pii.card', 1)?.action)).toEqual(['mask', 'block']);
  });

  it('does not take one detector for another of the same id', () => {
    const plans = new PlanFactory();
    const [card] = detectors;
    const first = plans.plan([card!], () => undefined);
    const second = plans.plan([{ ...card!, pattern: '5[0-9]{15}' }], () => undefined);
    expect(second.scanner).not.toBe(first.scanner);
    expect(plans.plan([card!], () => undefined).scanner).toBe(first.scanner);
  });
});

describe('CompiledStage', () => {
  it('compiles the plan of downgraded requests when there is one, and once', () => {
    const compiled = stage(new PlanFactory(), { check: 'pii.card', action: 'mask' });
    expect(compiled.downgradedPlan).toBe(compiled.downgradedPlan);
    expect(compiled.plan.detectors.map(({ id }) => id)).toEqual(['pii.card']);
    expect(compiled.downgradedPlan.detectors.map(({ id }) => id)).toEqual([
      'egress.image',
      'egress.link.bare',
      'pii.card',
    ]);
  });

  it('takes links away that its policy only watches, at any score', () => {
    const { downgradedPlan } = stage(
      new PlanFactory(),
      { check: 'egress.link.*', action: 'block', shadow: true },
      { check: 'egress.image', action: 'downgrade', threshold: 0.9 },
    );
    expect(downgradedPlan.ruleOf('egress.link.bare', 0.1)).toMatchObject({ action: 'mask', shadow: false });
    expect(downgradedPlan.ruleOf('egress.image', 1)).toMatchObject({ action: 'mask' });
    expect(downgradedPlan.ruleOf('egress.sql', 1)).toBeUndefined();
  });

  it('waits for the longest need of its checks, not for their sum', () => {
    const rules = [
      { check: 'prompt-injection', action: 'block' },
      { check: 'prompt-injection', action: 'flag', threshold: 0.9 },
    ];
    expect(stage(new PlanFactory(), ...rules).maxHoldback).toBe(200);
  });
});
