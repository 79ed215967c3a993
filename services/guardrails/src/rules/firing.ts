import { severity, type Action } from '../detector/verdict-words.js';
import { FactReader, type Condition } from './condition.js';
import type { RuleDocument } from './logic-document.js';
import type { Facts, FactValue, FiredRule, RuleDecision } from './rule-set.js';

/** A rule, ready to fire. */
export interface Rule {
  readonly document: RuleDocument;
  readonly when: Condition;
  /** As a trace shows it. */
  readonly conclusion: string;
}

/** `rules`: the highest salience first. The first one that holds fires, once; then all others are asked again. */
export function fire(rules: readonly Rule[], given: Facts): RuleDecision {
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
    if (rule.when(reader) === true) return { rule, place, read: reader.read };
  }
  return undefined;
}
