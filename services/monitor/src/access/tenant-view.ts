import type { CallContext } from '@weir/grpc';
import { WeirError } from '@weir/errors';

/** Organisation that a caller is confined to; undefined = the operator, who sees all. */
export type ConfinedTo = string | undefined;

/** A call that carries a key's principal is judged by it, whoever forwards the call. */
export function confinedTo({ peer, principal }: Pick<CallContext, 'peer' | 'principal'>): ConfinedTo {
  if (principal) return principal.organizationId;
  if (peer.kind === 'client') throw new WeirError('missing_api_key', 'This call needs an API key.');
  return undefined;
}

/** To a key, the project of another organisation does not exist. @throws WeirError `not_found` */
export function assertVisible(
  projectId: string,
  organizationOf: (projectId: string) => string | undefined,
  organizationId: ConfinedTo,
): void {
  if (organizationId === undefined || organizationOf(projectId) === organizationId) return;
  throw new WeirError('not_found', 'There is no such project.', { param: 'project_id' });
}
