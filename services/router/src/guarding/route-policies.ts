import type { RouteState } from '@weir/contracts';
import type { GuardStage, PromptText } from '../pipeline/prompt-texts.js';

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
