import { compileCondition } from './condition.js';
import { compileExtraction } from './fact-extraction.js';
import { checkFacts } from './fact-names.js';
import { fire } from './firing.js';
import { foresee } from './foresight.js';
import { readLogic, type RuleDocument } from './logic-document.js';
import type { CompiledRules } from './rule-set.js';

/**
 * Compiles the rules of a policy. They chain forward: the rule of the highest salience whose condition holds fires, once,
 * then all others are asked again, until none is left that holds.
 * @throws WeirError `invalid_configuration` naming the place, also for rules that depend on one another in a circle.
 */
export function compileRules(logic: unknown): CompiledRules {
  const document = readLogic(logic);
  const extract = document.extract && compileExtraction(document.extract);
  checkFacts(document, extract?.facts ?? new Set());
  const rules = document.rules
    .map((rule) => ({ document: rule, when: compileCondition(rule.when), conclusion: conclusionOf(rule) }))
    .sort((one, other) => other.document.salience - one.document.salience);
  return {
    extraction: extract?.extraction,
    acts: true,
    decide: (facts) => fire(rules, facts),
    foresee: (known) => foresee(rules, known),
  };
}

function conclusionOf({ then: { action, set } }: RuleDocument): string {
  const facts = Object.entries(set).map(([name, value]) => `${name}=${String(value)}`);
  return [...(action ? [`action=${action}`] : []), ...facts].join(', ');
}
