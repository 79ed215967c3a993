import { WeirError } from '@weir/errors';
import { severity, strongest, type Stage } from '../detector/verdict-words.js';
import type { DetectorSpec } from '../detector/detector.js';
import type { Facts, CompiledRules, Foresight, RuleDecision } from '../rules/rule-set.js';
import { sha256Of } from './compile/canonical-json.js';
import type { RuleTable } from './compile/rule-table.js';
import { CompiledStage, PlanFactory, STREAMED_STAGES } from './compile/stage-policies.js';
import { foundAt, rulesHold, type FoundAtStage } from './foreseen-facts.js';
import type { CompiledPolicy, PolicyCheck, PolicyRule, StagePolicy } from './policy.js';

/**
 * Several policies that decide together, for example a route's and a project's: what one of them finds counts, and the
 * strongest enforced rule is done. Stages are compiled on their first use.
 * @param detectors all that Weir has.
 * @throws WeirError `failed_precondition` when more than one of them lets a model extract facts.
 */
export function composePolicies(
  policies: readonly [CompiledPolicy, ...CompiledPolicy[]],
  detectors: readonly DetectorSpec[],
): CompiledPolicy {
  const unique = distinct(policies);
  const [first] = unique;
  if (unique.length === 1) return first;
  const plans = new PlanFactory();
  const checks = new SharedChecks();
  const stages = new Map<Stage, StagePolicy>();
  const rules = bothRules(unique);
  const areHeld = (stage: Stage) => rulesHold(rules, foundByAny(unique, stage));
  const compile = (stage: Stage) =>
    new CompiledStage({ ...tableOf(unique, stage, checks), rulesHold: areHeld(stage) }, detectors, plans);
  const enforced = unique.filter(({ mode }) => mode === 'enforce');
  const acting = enforced.length ? enforced : unique;
  return {
    name: first.name,
    version: first.version,
    versions: unique.flatMap(({ versions }) => versions),
    sha256: sha256Of(unique.map(({ sha256 }) => sha256)),
    mode: enforced.length ? 'enforce' : 'shadow',
    description: first.description,
    detectors: [...new Set(unique.flatMap((policy) => policy.detectors))].sort(),
    maxHoldback: Math.max(...STREAMED_STAGES.map((stage) => (areHeld(stage) ? Infinity : holdbackOf(unique, stage)))),
    message: acting.find(({ message }) => message)?.message ?? '',
    downgrade: { maxOutputTokens: Math.min(...acting.map(({ downgrade }) => downgrade.maxOutputTokens)) },
    rules,
    needsContext: unique.some((policy) => policy.needsContext),
    canary: unique.some((policy) => policy.canary),
    stage: (stage) => {
      const compiled = stages.get(stage) ?? compile(stage);
      stages.set(stage, compiled);
      return compiled;
    },
  };
}

function distinct(policies: readonly [CompiledPolicy, ...CompiledPolicy[]]): [CompiledPolicy, ...CompiledPolicy[]] {
  const [first, ...others] = policies;
  const seen = new Set(first.versions);
  const more = others.filter(({ versions }) => versions.some((version) => !seen.has(version) && seen.add(version)));
  return [first, ...more];
}

/** Known before anything is compiled: the longest value of any, and the longest wait for a check of any. */
function holdbackOf(policies: readonly CompiledPolicy[], stage: Stage): number {
  const compiled = policies.map((policy) => policy.stage(stage));
  const values = Math.max(...compiled.map(({ plan }) => plan.maxHoldback));
  return values + Math.max(...compiled.map(({ plan, maxHoldback }) => maxHoldback - plan.maxHoldback));
}

/** Rules of one policy decide also over what another one finds. */
function foundByAny(policies: readonly CompiledPolicy[], stage: Stage): FoundAtStage {
  const found = policies.map(({ stage: stageOf }) => stageOf(stage));
  return foundAt(
    stage,
    found.flatMap(({ plan }) => plan.detectors),
    found.flatMap(({ checks }) => checks),
  );
}

interface Vote {
  readonly policy: StagePolicy;
  /** The detector's id in that policy. */
  readonly id: string;
}

/** Two policies may call different patterns by the same id; then the later one's are named after it. */
function tableOf(policies: readonly CompiledPolicy[], stage: Stage, shared: SharedChecks): RuleTable {
  const specs = new Map<string, { readonly origin: DetectorSpec; readonly spec: DetectorSpec }>();
  const votes = new Map<string, Vote[]>();
  for (const { versions, stage: stageOf } of policies) {
    const policy = stageOf(stage);
    for (const origin of policy.plan.detectors) {
      const known = specs.get(origin.id);
      const id = known && known.origin !== origin ? `${versions[0]}:${origin.id}` : origin.id;
      if (!specs.has(id)) specs.set(id, { origin, spec: id === origin.id ? origin : { ...origin, id } });
      votes.set(id, [...(votes.get(id) ?? []), { policy, id: origin.id }]);
    }
  }
  return {
    specs: [...specs.values()].map(({ spec }) => spec),
    ruleOf: (id, score) => strongestRule((votes.get(id) ?? []).map((vote) => vote.policy.plan.ruleOf(vote.id, score))),
    checks: shared.of(policies.flatMap(({ stage: stageOf }) => stageOf(stage).checks)),
  };
}

/** What is enforced comes before what only watches. */
function strongestRule(rules: readonly (PolicyRule | undefined)[]): PolicyRule | undefined {
  let best: PolicyRule | undefined;
  for (const rule of rules) if (rule && (!best || rank(rule) > rank(best))) best = rule;
  return best;
}

const rank = ({ action, shadow }: PolicyRule) => severity(action) + (shadow ? 0 : 100);

/** Equal rules of several policies about one check are one, and the same object at every stage. */
class SharedChecks {
  readonly #known: PolicyCheck[] = [];

  of(checks: readonly PolicyCheck[]): PolicyCheck[] {
    return [...new Set(checks.map((check) => this.#same(check)))];
  }

  #same(check: PolicyCheck): PolicyCheck {
    const found = this.#known.find((known) => areEqual(known, check));
    if (!found) this.#known.push(check);
    return found ?? check;
  }
}

function areEqual(one: PolicyCheck, other: PolicyCheck): boolean {
  if (one === other) return true;
  if (one.check !== other.check || one.deadlineMs !== other.deadlineMs) return false;
  if (one.onError.kind !== other.onError.kind) return false;
  if (one.onError.kind === 'degrade_to' && other.onError.kind === 'degrade_to') {
    if (one.onError.check !== other.onError.check) return false;
  }
  const [mine, theirs] = [one.rule, other.rule];
  return (
    mine.action === theirs.action &&
    mine.threshold === theirs.threshold &&
    mine.shadow === theirs.shadow &&
    mine.replacement === theirs.replacement
  );
}

function bothRules(policies: readonly CompiledPolicy[]): CompiledRules | undefined {
  const named = policies.flatMap(({ versions, rules }) => (rules ? [{ rules, name: versions[0] }] : []));
  const [first, ...others] = named.map(({ rules }) => rules);
  if (!first || others.length === 0) return first;
  const extracting = named.filter(({ rules }) => rules.extraction);
  if (extracting.length > 1) {
    const names = extracting.map(({ name }) => name).join(', ');
    throw new WeirError('failed_precondition', `Policies ${names} cannot decide together: each has facts extracted.`);
  }
  const all = [first, ...others];
  return {
    extraction: extracting[0]?.rules.extraction,
    acts: all.some(({ acts }) => acts),
    decide: (facts) =>
      joined(
        all.map((rules) => rules.decide(facts)),
        facts,
      ),
    foresee: (known) => foreseenByAll(all.map((rules) => rules.foresee(known))),
  };
}

function foreseenByAll(foresights: readonly Foresight[]): Foresight {
  const awaited = foresights.flatMap((foresight) => foresight.awaited ?? []);
  return {
    awaited: awaited.length > 0 ? strongest(awaited) : undefined,
    decideEarly: (facts) =>
      joined(
        foresights.map(({ decideEarly }) => decideEarly(facts)),
        facts,
      ),
  };
}

/** Each policy's rules decide over the same facts; none sees what another one concluded. */
function joined(decisions: readonly RuleDecision[], facts: Facts): RuleDecision {
  const action = strongest(decisions.map((decision) => decision.action));
  const decisive = decisions.find((decision) => decision.action === action);
  return {
    action,
    message: decisive?.message ?? '',
    fired: decisions.flatMap(({ fired }) => fired),
    facts: new Map([...facts, ...decisions.flatMap((decision) => [...decision.facts])]),
  };
}
