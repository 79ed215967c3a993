import { severity, type Stage } from '../../detector/verdict-words.js';
import type { DetectorSpec } from '../../detector/detector.js';
import { compilePlan } from '../../filter/compile-plan.js';
import type { FilterPlan, RuleLookup } from '../../filter/filter-plan.js';
import type { PolicyCheck, PolicyRule, StagePolicy } from '../policy.js';
import type { RuleTable } from './rule-table.js';

/** Stages whose texts a model writes, and which a stream brings in pieces. */
export const STREAMED_STAGES: readonly Stage[] = ['output', 'reasoning', 'tool_call'];

const LEADS_ELSEWHERE = /^egress\.(link|image|html)(\.|$)/;

const DOWNGRADED: PolicyRule = { action: 'mask', threshold: 0, shadow: false, replacement: '' };

/** Compiles one automaton for each set of detectors, however many stages and policies use it. */
export class PlanFactory {
  readonly #plans = new Map<string, { readonly specs: readonly DetectorSpec[]; readonly plan: FilterPlan }[]>();

  plan(specs: readonly DetectorSpec[], ruleOf: RuleLookup): FilterPlan {
    const sorted = [...specs].sort((one, other) => (one.id < other.id ? -1 : 1));
    const key = sorted.map(({ id }) => id).join('\n');
    const known = this.#plans
      .get(key)
      ?.find(({ specs: others }) => others.every((spec, place) => spec === sorted[place]));
    if (known) return { ...known.plan, ruleOf };
    const plan = compilePlan(sorted, ruleOf);
    this.#plans.set(key, [...(this.#plans.get(key) ?? []), { specs: sorted, plan }]);
    return plan;
  }
}

/** What a stage is compiled from. */
export interface StageParts extends RuleTable {
  /** Rules over facts may stop a text for what it says: a stream waits for all of it. Default false. */
  readonly rulesHold?: boolean;
}

/** One stage, ready to run; the plan of a downgraded request is compiled when there is one. */
export class CompiledStage implements StagePolicy {
  readonly plan: FilterPlan;
  readonly checks: readonly PolicyCheck[];
  readonly maxHoldback: number;
  readonly #plans: PlanFactory;
  readonly #links: readonly DetectorSpec[];
  #downgraded: FilterPlan | undefined;

  /** `detectors`: all that Weir has; a downgraded request is filtered by more than its policy names. */
  constructor(
    { specs, ruleOf, checks, rulesHold = false }: StageParts,
    detectors: readonly DetectorSpec[],
    plans: PlanFactory,
  ) {
    this.plan = plans.plan(specs, ruleOf);
    this.checks = checks;
    this.maxHoldback = rulesHold ? Infinity : this.plan.maxHoldback + heldFor(checks);
    this.#plans = plans;
    this.#links = detectors.filter(({ id }) => leadsElsewhere(id));
  }

  get downgradedPlan(): FilterPlan {
    return (this.#downgraded ??= this.#downgrade());
  }

  #downgrade(): FilterPlan {
    const links = new Set(this.#links.map(({ id }) => id));
    const { detectors, ruleOf } = this.plan;
    const known = new Set(detectors.map(({ id }) => id));
    const specs = [...detectors, ...this.#links.filter(({ id }) => !known.has(id))];
    return this.#plans.plan(specs, (id, score) => {
      const rule = ruleOf(id, score);
      return links.has(id) && !changesText(rule) ? DOWNGRADED : rule;
    });
  }
}

/** What a downgraded request loses, beside its tools: everything that leads elsewhere. */
export function leadsElsewhere(detector: string): boolean {
  return LEADS_ELSEWHERE.test(detector);
}

/** Whether a stream has to wait for a check: what only watches, or may fail unseen, holds nothing back. */
export function holdsText({ rule, onError }: PolicyCheck): boolean {
  if (rule.shadow) return false;
  return severity(rule.action) > severity('flag') || onError.kind !== 'open';
}

/** Characters that the checks of a stream need to see at once; checks run side by side, so the longest counts. */
function heldFor(checks: readonly PolicyCheck[]): number {
  const needs = checks.filter(holdsText).map(({ check }) => (check.stream === 'whole' ? Infinity : check.stream));
  return Math.max(0, ...needs);
}

function changesText(rule: PolicyRule | undefined): boolean {
  return rule !== undefined && !rule.shadow && severity(rule.action) >= severity('mask') && rule.action !== 'downgrade';
}
