import type { RouteState } from '@weir/contracts';
import type { GuardStage, PromptText } from '../pipeline/prompt-texts.js';
import type { RequestRun } from '../pipeline/request-run.js';

export type PolicyRoute = Pick<RouteState, 'policy' | 'stage_policies'>;

/** Texts that one policy decides on together. */
export interface PolicyGroup {
  readonly policy: string;
  readonly parts: readonly PromptText[];
  /** Where the parts stand in the list that was grouped. */
  readonly places: readonly number[];
}

/** The policy that a route names for a stage: the stage's own, or the route's. */
export function policyOf(route: PolicyRoute | undefined, stage: GuardStage): string {
  return route?.stage_policies[stage] || route?.policy || 'default';
}

/** Stages of what a model writes. */
const ANSWERS = ['output', 'reasoning', 'tool_call'] as const;

/** The policy that comes with Weir and decides nothing; later versions of the name may be anything. */
const NOTHING: ReadonlySet<string> = new Set(['none', 'none@1']);

/**
 * Whether a policy may take something out of the answer or end it. Every one is taken to do so, but for the one that
 * decides nothing: the route names it for all that a model writes, and the input check was decided by its first version.
 */
export function mayChangeAnswer(run: Pick<RequestRun, 'route' | 'projectPolicy' | 'verdicts' | 'caller'>): boolean {
  const { route, projectPolicy, verdicts, caller } = run;
  if (caller.isJudge) return false;
  const decided = verdicts.flatMap(({ policies }) => policies);
  if (decided.length === 0 || decided.some((version) => version !== 'none@1')) return true;
  const named = [...ANSWERS.map((stage) => policyOf(route, stage)), projectPolicy || 'none'];
  return named.some((name) => !NOTHING.has(name));
}

/** Texts by the policy that decides on them, so that each text is sent once and each policy is asked once. */
export function groupsOf(route: PolicyRoute | undefined, parts: readonly PromptText[]): PolicyGroup[] {
  const groups = new Map<string, { policy: string; parts: PromptText[]; places: number[] }>();
  for (const [place, part] of parts.entries()) {
    const policy = policyOf(route, part.stage);
    const group = groups.get(policy) ?? { policy, parts: [], places: [] };
    groups.set(policy, group);
    group.parts.push(part);
    group.places.push(place);
  }
  return [...groups.values()];
}
