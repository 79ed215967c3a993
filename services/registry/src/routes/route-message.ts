import type { registryV1, RouteState } from '@weir/contracts';
import type { Stored } from '../changes/stored.js';

export function routeMessage({ object, revision }: Stored<RouteState>): registryV1.Route {
  return {
    alias: object.alias,
    targets: object.targets.map(({ deployment_id, weight }) => ({ deploymentId: deployment_id, weight })),
    policy: object.policy,
    projectIds: object.project_ids,
    organizationId: object.organization_id,
    onGuardrailsError: object.on_guardrails_error,
    stagePolicies: object.stage_policies,
    maxHoldbackChars: object.max_holdback_chars,
    onBlockedInput: object.on_blocked_input,
    createdAtMs: object.created_at,
    revision,
  };
}
