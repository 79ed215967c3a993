import type { RouteState } from '@weir/contracts';
import { STREAMED_STAGES } from '../compile/stage-policies.js';
import type { CompiledPolicy } from '../policy.js';

/** Aliases of the routes that use a policy by its name and would have to wait longer for text than they allow. */
export function routesTooTight(routes: readonly RouteState[], policy: CompiledPolicy): string[] {
  const tight = routes.filter((route) => {
    if (route.max_holdback_chars === 0) return false;
    return STREAMED_STAGES.some((stage) => {
      const used = route.stage_policies[stage] || route.policy || 'default';
      return used === policy.name && policy.stage(stage).maxHoldback > route.max_holdback_chars;
    });
  });
  return tight.map(({ alias }) => alias).sort();
}
