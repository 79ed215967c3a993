import type { Role } from '@weir/contracts';
import type { Actor, KeyActor } from './actor.js';

/** A refusal carries the code that the caller sees; `not_found` hides that another organisation's object exists. */
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: 'permission_denied' | 'not_found'; readonly reason: string };

const ALLOWED: Decision = { allowed: true };

const ROLE_RANK: Readonly<Record<Role, number>> = { viewer: 0, member: 1, admin: 2, owner: 3 };

const denied = (reason: string): Decision => ({ allowed: false, code: 'permission_denied', reason });

/** Changes of the installation itself: organisations. */
export function mayChangeInstallation(actor: Actor): Decision {
  return actor.kind === 'operator' ? ALLOWED : denied('only the operator may do this');
}

/** Changes inside one organisation: its projects and keys. */
export function mayChangeTenancy(actor: Actor, organizationId: string): Decision {
  if (actor.kind === 'operator') return ALLOWED;
  if (actor.kind === 'service') return denied('a service may not administer tenants');
  if (actor.organizationId !== organizationId) return outside();
  if (!isAdministrator(actor)) return denied('the scope admin is needed');
  if (ROLE_RANK[actor.role] < ROLE_RANK.member) return denied(`the role ${actor.role} may only read`);
  return ALLOWED;
}

/** Whose keys one may make and revoke: nobody reaches above their own role. */
export function mayHandleRole(actor: Actor, role: Role): Decision {
  if (actor.kind !== 'key' || ROLE_RANK[role] <= ROLE_RANK[actor.role]) return ALLOWED;
  return denied(`the role ${actor.role} may not make or revoke keys of the role ${role}`);
}

/** Changes of what is served: models, versions, aliases, deployments. */
export function mayChangeCatalogue(actor: Actor): Decision {
  if (actor.kind === 'operator') return ALLOWED;
  if (actor.kind === 'service') return denied('a service may not change what is served');
  return catalogueRole(actor);
}

/** Results of measuring: a number that its beneficiary wrote would prove nothing. */
export function mayRecordMeasurements(actor: Actor): Decision {
  if (actor.kind === 'service' && actor.principal === 'service:inference') return ALLOWED;
  return denied('only the inference service records what it measured');
}

/**
 * Things that reach into the machine that Weir runs on: local files, its secrets, its private network. A tenant that could name them
 * would read what belongs to the operator.
 */
export function mayReachHost(actor: Actor, what: string): Decision {
  return actor.kind === 'operator' ? ALLOWED : denied(`only the operator may set ${what}`);
}

/** Changes of a route. `owner` is the owning organisation, empty = every organisation. */
export function mayChangeRoute(actor: Actor, owner: string): Decision {
  const decision = mayChangeCatalogue(actor);
  if (!decision.allowed || actor.kind !== 'key') return decision;
  if (owner === '') return denied('only the operator may change a route of every organisation');
  return actor.organizationId === owner ? ALLOWED : outside();
}

/** To whom a route may be given; the answer is the same whether the other organisation exists or not. */
export function mayGiveRoute(actor: Actor, owner: string): Decision {
  const decision = mayChangeRoute(actor, owner);
  if (decision.allowed || decision.code !== 'not_found') return decision;
  return denied('a route can be given to the own organisation only');
}

/** Organisation that a reader is confined to; undefined = all. */
export function confinedTo(actor: Actor): string | undefined {
  return actor.kind === 'key' ? actor.organizationId : undefined;
}

export function firstRefusal(...decisions: readonly Decision[]): Decision {
  return decisions.find((decision) => !decision.allowed) ?? ALLOWED;
}

function catalogueRole(actor: KeyActor): Decision {
  if (!isAdministrator(actor)) return denied('the scope admin is needed');
  if (ROLE_RANK[actor.role] < ROLE_RANK.admin) return denied('the role owner or admin is needed');
  return ALLOWED;
}

const isAdministrator = (actor: KeyActor) => actor.scopes.includes('admin');

const outside = (): Decision => ({
  allowed: false,
  code: 'not_found',
  reason: 'the object belongs to another organisation',
});
