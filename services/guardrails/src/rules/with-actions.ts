import type { Action } from '../detector/verdict-words.js';
import type { CompiledRules, RuleDecision } from './rule-set.js';

/** The same rules with other consequences: what they read and conclude stays, what is done about it changes. */
export function withActions(rules: CompiledRules, changed: (action: Action) => Action): CompiledRules {
  const change = (decision: RuleDecision): RuleDecision => {
    const action = changed(decision.action);
    return { ...decision, action, message: action === 'allow' ? '' : decision.message };
  };
  return {
    ...rules,
    decide: (facts) => change(rules.decide(facts)),
    foresee: (known) => {
      const { awaited, decideEarly } = rules.foresee(known);
      return {
        awaited: awaited && changed(awaited),
        decideEarly: (facts) => change(decideEarly(facts)),
      };
    },
  };
}

/** Rules that only watch: their trace is told, nothing is done, and what cannot be extracted stops nothing. */
export function watching(rules: CompiledRules): CompiledRules {
  const extraction = rules.extraction && { ...rules.extraction, onError: 'open' as const };
  return { ...withActions(rules, () => 'allow'), acts: false, extraction };
}
