import { WeirError } from '@weir/errors';
import type { AccessRule, PeerIdentity, PeerName, Principal } from '../rpc/call.js';

/** Who is at the other end, as its transport proved it. A process of several services proves several names. */
export type ProvenPeer =
  { readonly kind: 'service'; readonly names: readonly PeerName[] } | { readonly kind: 'client' };

export interface Caller {
  readonly peer: ProvenPeer;
  readonly principal: Principal | undefined;
}

/** The identity under which the caller may call; throws `permission_denied` or `missing_api_key`. */
export function admit(rule: AccessRule, { peer, principal }: Caller): PeerIdentity {
  if (peer.kind === 'service') {
    const name = peer.names.find((candidate) => rule.services?.includes(candidate));
    if (name) return { kind: 'service', name };
    throw new WeirError('permission_denied', `The service ${peer.names.join(', ')} may not call this method.`);
  }
  if (rule.open) return { kind: 'client' };
  if (!principal) throw new WeirError('missing_api_key', 'The call carries no API key.');
  const { scope } = rule;
  if (scope === undefined) throw new WeirError('permission_denied', 'This method is not open to API keys.');
  if (principal.scopes.includes(scope) || principal.scopes.includes('admin')) return { kind: 'client' };
  throw new WeirError('permission_denied', `The API key lacks the scope ${scope}.`, { details: { scope } });
}
