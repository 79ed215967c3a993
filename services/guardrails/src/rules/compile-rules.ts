import { severity, type Action } from '../detector/verdict-words.js';
import { compileCondition, FactReader, type Condition } from './condition.js';
import { compileExtraction } from './fact-extraction.js';
import { checkFacts } from './fact-names.js';
import { readLogic, type RuleDocument } from './logic-document.js';
import type { CompiledRules, Facts, FactValue, FiredRule, RuleDecision } from './rule-set.js';

interface Rule {
  readonly document: RuleDocument;
  readonly when: Condition;
  readonly conclusion: string;
}

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
  return { extraction: extract?.extraction, decide: (facts) => decide(rules, facts) };
}

function conclusionOf({ then: { action, set } }: RuleDocument): string {
  const facts = Object.entries(set).map(([name, value]) => `${name}=${String(value)}`);
  return [...(action ? [`action=${action}`] : []), ...facts].join(', ');
}

function decide(rules: readonly Rule[], given: Facts): RuleDecision {
  const facts = new Map<string, FactValue>(given);
  const fired: FiredRule[] = [];
  const waiting = [...rules];
  let action: Action = 'allow';
  let message = '';
  for (;;) {
    const next = nextOf(waiting, facts);
    if (!next) return { action, message, fired, facts };
    const { document, conclusion } = next.rule;
    waiting.splice(next.place, 1);
    fired.push({ rule: document.id, read: next.read, conclusion });
    for (const [name, value] of Object.entries(document.then.set)) facts.set(name, value);
    if (document.then.action && severity(document.then.action) > severity(action)) {
      action = document.then.action;
      message = document.then.message;
    }
  }
}

function nextOf(
  waiting: readonly Rule[],
  facts: Facts,
): { readonly rule: Rule; readonly place: number; readonly read: FiredRule['read'] } | undefined {
  for (const [place, rule] of waiting.entries()) {
    const reader = new FactReader(facts);
    if (rule.when(reader)) return { rule, place, read: reader.read };
  }
  return undefined;
}
