import { severity, type Stage } from '../../detector/verdict-words.js';
import type { DetectorSpec } from '../../detector/detector.js';
import type { RuleLookup } from '../../filter/filter-plan.js';
import type { OnError, PolicyCheck, PolicyRule } from '../policy.js';
import type { PolicyDocument, RuleDocument } from '../policy-document.js';
import type { CheckNames, NamedChecks } from './check-names.js';
import { invalidPolicy } from './read-document.js';

/** Confidence from which a value counts that its rule gives no threshold for. */
export const DETECTOR_THRESHOLD = 0.5;

/** A rule with what it is about. */
export interface NamedRule {
  readonly rule: PolicyRule;
  readonly stages: readonly Stage[] | undefined;
  readonly named: NamedChecks;
  /** The same object at every stage, so that a check runs once over the texts of all of them. */
  readonly policyCheck: PolicyCheck | undefined;
}

const DEGRADE_TO = 'degrade_to:';

/** @throws WeirError `invalid_configuration` for a name that nothing has. */
export function readRules({ rules, mode }: PolicyDocument, names: CheckNames): NamedRule[] {
  return rules.map((document, place) => {
    const named = names.find(document.check);
    if (!named) {
      throw invalidPolicy(['rules', place, 'check'], `there is no check ${JSON.stringify(document.check)}`);
    }
    const rule: PolicyRule = {
      action: document.action,
      threshold: document.threshold ?? named.check?.threshold ?? DETECTOR_THRESHOLD,
      shadow: document.shadow || mode === 'shadow',
      replacement: document.replacement,
    };
    const onError = readOnError(document, place, names);
    return {
      rule,
      named,
      stages: document.stages,
      policyCheck: named.check && { check: named.check, rule, onError, deadlineMs: document.deadline_ms },
    };
  });
}

function readOnError({ on_error, check: own }: RuleDocument, place: number, names: CheckNames): OnError {
  if (on_error === 'closed' || on_error === 'open') return { kind: on_error };
  const id = on_error.slice(DEGRADE_TO.length);
  const check = names.check(id);
  if (!check || id === own) {
    throw invalidPolicy(['rules', place, 'on_error'], `${JSON.stringify(id)} is no other check that judges texts`);
  }
  return { kind: 'degrade_to', check };
}

/** The rules of one stage, by detector. */
export interface RuleTable {
  readonly specs: readonly DetectorSpec[];
  readonly ruleOf: RuleLookup;
  readonly checks: readonly PolicyCheck[];
}

interface Candidates {
  readonly spec: DetectorSpec;
  readonly enforced: NamedRule[];
  readonly shadow: NamedRule[];
}

/**
 * Of the rules about one detector the most specific ones count, and of these the strongest whose threshold is reached.
 * `allow` exempts. Rules in shadow count only what the others do not: they never weaken what is enforced.
 */
export function ruleTable(rules: readonly NamedRule[], stage: Stage): RuleTable {
  const own = rules.filter(({ stages }) => !stages || stages.includes(stage));
  const byDetector = new Map<string, Candidates>();
  for (const rule of own) {
    for (const spec of rule.named.detectors) {
      const candidates = byDetector.get(spec.id) ?? { spec, enforced: [], shadow: [] };
      byDetector.set(spec.id, candidates);
      (rule.rule.shadow ? candidates.shadow : candidates.enforced).push(rule);
    }
  }
  const lookup = new Map<string, readonly (readonly PolicyRule[])[]>();
  const specs: DetectorSpec[] = [];
  for (const [id, { spec, enforced, shadow }] of byDetector) {
    const ranked = [mostSpecific(enforced), mostSpecific(shadow)];
    if (!ranked.some((group) => group.some(({ action }) => action !== 'allow'))) continue;
    specs.push(spec);
    lookup.set(id, ranked);
  }
  return {
    specs,
    ruleOf: (id, score) => {
      for (const group of lookup.get(id) ?? []) {
        const rule = group.find(({ threshold }) => score >= threshold);
        if (rule && rule.action !== 'allow') return rule;
      }
      return undefined;
    },
    checks: own.flatMap(({ policyCheck }) => policyCheck ?? []),
  };
}

/** Strongest first. */
function mostSpecific(rules: readonly NamedRule[]): PolicyRule[] {
  const most = rules.reduce((max, { named }) => Math.max(max, named.specificity), 0);
  return rules
    .filter(({ named }) => named.specificity === most)
    .map(({ rule }) => rule)
    .sort((one, other) => severity(other.action) - severity(one.action));
}
