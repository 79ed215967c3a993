import type { AuditRecorded, RegistryChanged, RegistryObject, RegistryState } from '@weir/contracts';
import { auditOrganization, type Attempt, type Target } from './access/attempt.js';
import type { Decision } from './access/policy.js';
import { objectKey, type Stored } from './changes/stored.js';

/** `weir.registry.state.v1`: the full new state of an object. */
export function registryStateOf({ object, revision, deleted }: Stored): RegistryState {
  return { object_key: objectKey(object), revision, deleted, object };
}

/** `weir.registry.changed.v1`: what was done to it, by whom. */
export function registryChangedOf(
  attempt: Attempt,
  { object, revision }: Stored,
  done: { readonly change: RegistryChanged['change']; readonly atMs: number },
): RegistryChanged {
  return {
    object_key: objectKey(object),
    kind: object.kind,
    change: done.change,
    revision,
    changed_by: attempt.actor.principal,
    changed_at: done.atMs,
  };
}

/** `weir.audit.recorded.v1`: what was tried, and whether it was allowed. */
export function auditRecordedOf(
  attempt: Attempt,
  target: Target,
  judged: { readonly decision: Decision; readonly id: string; readonly atMs: number },
): AuditRecorded {
  const { decision } = judged;
  return {
    audit_id: judged.id,
    organization_id: auditOrganization(attempt.actor, target, decision),
    principal: attempt.actor.principal,
    action: attempt.action,
    target: target.key,
    allowed: decision.allowed,
    recorded_at: judged.atMs,
    ...(decision.allowed ? {} : { reason: decision.reason }),
  };
}

/** The object itself as the target of an action. */
export function targetOf(object: RegistryObject): Target {
  return { key: objectKey(object), organizationId: organizationOf(object) };
}

function organizationOf(object: RegistryObject): string {
  if (object.kind === 'organization') return object.id;
  return 'organization_id' in object ? object.organization_id : '';
}
