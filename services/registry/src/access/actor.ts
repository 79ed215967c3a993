import type { CallContext } from '@weir/grpc';
import { WeirError } from '@weir/errors';
import type { Role, Scope } from '@weir/contracts';

/** Who asks for a change. A call that carries a client's principal is judged by that principal, whoever forwards it. */
export type Actor = OperatorActor | ServiceActor | KeyActor;

export interface OperatorActor {
  readonly kind: 'operator';
  readonly principal: string;
}

export interface ServiceActor {
  readonly kind: 'service';
  readonly principal: string;
}

export interface KeyActor {
  readonly kind: 'key';
  /** `api_key:<id>`. */
  readonly principal: string;
  readonly organizationId: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
}

export function actorOf(call: Pick<CallContext, 'peer' | 'principal'>): Actor {
  const { peer, principal } = call;
  if (principal) {
    return {
      kind: 'key',
      principal: `api_key:${principal.apiKeyId}`,
      organizationId: principal.organizationId,
      role: principal.role,
      scopes: principal.scopes,
    };
  }
  if (peer.kind === 'client') throw new WeirError('missing_api_key', 'This call needs an API key.');
  if (peer.name === 'operator') return { kind: 'operator', principal: 'operator' };
  return { kind: 'service', principal: `service:${peer.name}` };
}
