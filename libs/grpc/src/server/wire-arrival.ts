import type { PeerCertificate } from 'node:tls';
import { WeirError } from '@weir/errors';
import { parseTraceparent } from '@weir/telemetry';
import type { Mesh } from '../identity/mesh.js';
import { PrincipalWire } from '../identity/principal-wire.js';
import type { Principal } from '../rpc/call.js';
import { sortHeaders, type CallHeaders } from '../wire/metadata.js';
import type { Caller, ProvenPeer } from './admission.js';
import type { Arrival } from './arrival.js';

const BEARER = /^Bearer +(\S+)$/i;

/** Makes arrivals of what both wires carry. */
export class WireArrivals {
  readonly #mesh: Mesh;
  readonly #authenticate: (token: string) => Principal;
  readonly #principals = new PrincipalWire();

  constructor(mesh: Mesh, authenticate: (token: string) => Principal) {
    this.#mesh = mesh;
    this.#authenticate = authenticate;
  }

  /** A native call proves itself with each call. */
  native(
    entries: Iterable<readonly [string, string]>,
    deadline: number | undefined,
    certificate: () => PeerCertificate | undefined,
  ): Arrival {
    const headers = sortHeaders(entries);
    const identify = () => {
      const peer = this.#mesh.identify(headers.identity, this.#mesh.tls ? certificate() : undefined);
      return peer.kind === 'service' ? this.#service(peer, headers) : this.#client(headers);
    };
    return { ...arrivalOf(headers, deadline), identify, own: false, startsTrace: true };
  }

  /** A call on a link has the identity that the link proved. */
  link(
    entries: Iterable<readonly [string, string]>,
    deadline: number | undefined,
    peer: ProvenPeer,
    own: boolean,
  ): Arrival {
    const headers = sortHeaders(entries);
    return { ...arrivalOf(headers, deadline), identify: () => this.#service(peer, headers), own, startsTrace: false };
  }

  #service(peer: ProvenPeer, headers: CallHeaders): Caller {
    return { peer, principal: headers.principal === undefined ? undefined : this.#principals.read(headers.principal) };
  }

  #client(headers: CallHeaders): Caller {
    if (headers.principal !== undefined) {
      throw new WeirError('permission_denied', 'Only services of Weir may act for somebody.');
    }
    if (headers.authorization === undefined) return { peer: { kind: 'client' }, principal: undefined };
    const [, token] = BEARER.exec(headers.authorization) ?? [];
    if (!token) throw new WeirError('invalid_api_key', 'The authorization metadata is not `Bearer <key>`.');
    return { peer: { kind: 'client' }, principal: this.#authenticate(token) };
  }
}

function arrivalOf(headers: CallHeaders, deadline: number | undefined) {
  return {
    requestId: headers.requestId,
    trace: parseTraceparent(headers.traceparent),
    deadline,
    metadata: headers.own,
  };
}
