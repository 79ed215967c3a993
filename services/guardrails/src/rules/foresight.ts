import { strongest, type Action } from '../detector/verdict-words.js';
import type { FactSource } from './condition.js';
import { fire, type Rule } from './firing.js';
import { BY_REQUEST, BY_TEXT, type Foresight, type KnownFacts } from './rule-set.js';

/** When it is certain whether a rule fires: early = before the text, late = with it. */
type Timing = 'never' | 'early' | 'late';

/**
 * Which rules can fire, and which of them wait for the text. Early rules read nothing that the text or a late rule could
 * change, so that they fire in the same order on the same facts whatever comes later.
 */
export function foresee(rules: readonly Rule[], known: KnownFacts): Foresight {
  const timings = timingsOf(rules, known);
  const late = rules.filter((rule) => timings.get(rule) === 'late');
  const early = rules.filter((rule) => timings.get(rule) === 'early');
  return {
    awaited: late.length > 0 ? strongest(late.map(actionOf)) : undefined,
    decideEarly: (facts) => fire(early, facts),
  };
}

function actionOf({ document }: Rule): Action {
  return document.then.action ?? 'allow';
}

/** Rules do not depend on one another in a circle, so that this ends. */
function timingsOf(rules: readonly Rule[], known: KnownFacts): ReadonlyMap<Rule, Timing> {
  const timings = new Map<Rule, Timing>();
  const setters = settersOf(rules);
  const concluded: KnownFacts = (fact) => {
    const own = setters.get(fact);
    if (!own) return known(fact);
    const when = new Set(own.map(timingOf));
    if (when.has('late')) return BY_TEXT;
    return when.has('early') ? BY_REQUEST : undefined;
  };
  function timingOf(rule: Rule): Timing {
    const timing = timings.get(rule) ?? foreseen(rule, concluded);
    timings.set(rule, timing);
    return timing;
  }
  rules.forEach(timingOf);
  return timings;
}

function settersOf(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const setters = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const fact of Object.keys(rule.document.then.set)) setters.set(fact, [...(setters.get(fact) ?? []), rule]);
  }
  return setters;
}

/** Late also where the text could change no more than what the trace shows. */
function foreseen({ when }: Rule, known: KnownFacts): Timing {
  let readsText = false;
  const facts: FactSource = {
    get: (name) => {
      const value = known(name);
      if (value === BY_TEXT) readsText = true;
      return value;
    },
  };
  if (when(facts) === false) return 'never';
  return readsText ? 'late' : 'early';
}
