import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severity, type Action, type Stage } from '../../detector/verdict-words.js';
import { policyDocument, type RuleDocument } from '../policy-document.js';
import { CheckNames } from './check-names.js';
import { readRules, ruleTable } from './rule-table.js';
import { sampleCatalogue } from './sample-catalogue.fixture.js';

const names = new CheckNames(sampleCatalogue, {});
const ids = sampleCatalogue.detectors.map(({ id }) => id);

const rule = fc.record({
  check: fc.constantFrom('pii.*', 'pii.card', 'pii.email', 'secret.*', 'egress.*', 'egress.link.*', 'egress.link.bare'),
  action: fc.constantFrom<Action>('allow', 'flag', 'mask', 'pseudonymise', 'replace', 'downgrade', 'block'),
  threshold: fc.constantFrom(0, 0.3, 0.7, 1),
  shadow: fc.boolean(),
  stages: fc.constantFrom<Stage[] | undefined>(undefined, ['input'], ['output', 'reasoning']),
});

const parsed = (rules: readonly object[]) => policyDocument.parse({ name: 'test', rules });
const covers = (check: string, id: string) => (check.endsWith('*') ? id.startsWith(check.slice(0, -1)) : id === check);

/** The same question answered the slow way. */
function expected(rules: readonly RuleDocument[], stage: Stage, id: string, score: number): RuleDocument | undefined {
  const own = rules.filter(({ check, stages }) => covers(check, id) && (!stages || stages.includes(stage)));
  for (const shadow of [false, true]) {
    const group = own.filter((one) => one.shadow === shadow);
    const weight = ({ check }: RuleDocument) => (check.endsWith('*') ? check.length : 1_000);
    const most = Math.max(0, ...group.map(weight));
    const reached = group.filter((one) => weight(one) === most && score >= (one.threshold ?? 0.5));
    const [best] = reached.sort((one, other) => severity(other.action) - severity(one.action));
    if (best && best.action !== 'allow') return best;
  }
  return undefined;
}

describe('ruleTable', () => {
  it('answers as a search through all rules would', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 6 }),
        fc.constantFrom<Stage>('input', 'output', 'document'),
        fc.constantFrom(...ids),
        fc.constantFrom(0, 0.2, 0.5, 0.7, 1),
        (rules, stage, id, score) => {
          const document = parsed(rules);
          const { ruleOf, specs } = ruleTable(readRules(document, names), stage);
          const found = ruleOf(id, score);
          const wanted = expected(document.rules, stage, id, score);
          expect([found?.action, found?.shadow]).toEqual([wanted?.action, wanted?.shadow]);
          if (found) expect(specs.map((spec) => spec.id)).toContain(id);
        },
      ),
    );
  });

  it('has every detector once, however many rules name it', () => {
    const document = parsed([
      { check: 'pii.*', action: 'mask' },
      { check: 'pii.card', action: 'block' },
      { check: 'pii.*', action: 'flag', shadow: true },
    ]);
    const { specs, checks } = ruleTable(readRules(document, names), 'input');
    expect(specs.map(({ id }) => id)).toEqual(['pii.card', 'pii.email', 'pii.plate']);
    expect(checks).toEqual([]);
  });

  it('leaves out what is only allowed, but runs a check that is: rules over facts read its score', () => {
    const document = parsed([
      { check: 'secret.*', action: 'allow' },
      { check: 'prompt-injection', action: 'allow' },
    ]);
    const { specs, checks, ruleOf } = ruleTable(readRules(document, names), 'input');
    expect(specs).toEqual([]);
    expect(checks.map(({ check }) => check.id)).toEqual(['prompt-injection']);
    expect(ruleOf('secret.key', 1)).toBeUndefined();
  });

  it('puts every rule of a policy in shadow into shadow', () => {
    const document = policyDocument.parse({
      name: 'test',
      mode: 'shadow',
      rules: [{ check: 'pii.card', action: 'block' }],
    });
    const { ruleOf } = ruleTable(readRules(document, names), 'output');
    expect(ruleOf('pii.card', 1)).toMatchObject({ action: 'block', shadow: true });
  });
});
