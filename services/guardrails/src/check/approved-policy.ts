import type { Action, Stage } from '../detector/verdict-words.js';
import type { FilterPlan } from '../filter/filter-plan.js';
import type { CompiledPolicy, PolicyCheck, PolicyRule, StagePolicy } from '../policy/policy.js';
import { withActions } from '../rules/with-actions.js';

/** The policy for content that a person approved: what would wait for one is flagged, and all else holds. */
export function approvedPolicy(policy: CompiledPolicy): CompiledPolicy {
  // A check stays one object over all stages: by that it runs once.
  const checks = new Map<PolicyCheck, PolicyCheck>();
  const approvedCheck = (check: PolicyCheck): PolicyCheck => {
    const known = checks.get(check) ?? { ...check, rule: approvedRule(check.rule) };
    checks.set(check, known);
    return known;
  };
  const { rules } = policy;
  return {
    ...policy,
    rules: rules && withActions(rules, approvedAction),
    stage: (name: Stage): StagePolicy => {
      const stage = policy.stage(name);
      return {
        maxHoldback: stage.maxHoldback,
        plan: approvedPlan(stage.plan),
        // Compiled on its first use, and hardly anybody is downgraded.
        get downgradedPlan() {
          return approvedPlan(stage.downgradedPlan);
        },
        checks: stage.checks.map(approvedCheck),
      };
    },
  };
}

function approvedPlan(plan: FilterPlan): FilterPlan {
  const ruleOf = (id: string, score: number): PolicyRule | undefined => {
    const rule = plan.ruleOf(id, score);
    return rule && approvedRule(rule);
  };
  return { ...plan, ruleOf };
}

function approvedRule(rule: PolicyRule): PolicyRule {
  return { ...rule, action: approvedAction(rule.action) };
}

function approvedAction(action: Action): Action {
  return action === 'require_approval' ? 'flag' : action;
}
