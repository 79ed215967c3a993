import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';
import { credentials, ServerCredentials, type ChannelCredentials } from '@grpc/grpc-js';
import { SERVICE_NAMES, type ServiceName, type Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { PeerName } from '../rpc/call.js';
import type { ProvenPeer } from '../server/admission.js';
import { KEYS } from '../wire/metadata.js';
import { MeshTokens } from './mesh-token.js';

export interface MeshOptions {
  /** WEIR_MESH_SECRET; signs identity tokens where no mTLS is set up. */
  readonly secret: string;
  /** WEIR_TLS_DIR with ca.pem and `<name>.pem`, `<name>.key`; empty or absent = no mTLS. Read once. */
  readonly tlsDirectory?: string;
  readonly source: Source;
}

const PEER_NAMES: ReadonlySet<string> = new Set<PeerName>([...SERVICE_NAMES, 'operator']);
const SPIFFE_ENTRY = /^URI:spiffe:\/\/weir\/([a-z]+)$/;

/** Name under which a service's certificate is asked for and checked. */
export const serverNameOf = (name: string): string => `${name}.weir.internal`;
/** Identity in the URI SAN of a certificate. */
export const spiffeIdOf = (name: string): string => `spiffe://weir/${name}`;
/** File name, without extension, of the certificate of a process that acts as all of these. */
export const certificateNameOf = (names: readonly string[]): string => names.join('+');

/** How the processes of one installation prove to each other who they are: by certificate, else by signed token. */
export class Mesh {
  readonly #directory: string | undefined;
  readonly #tokens: MeshTokens;

  constructor(options: MeshOptions) {
    this.#directory = options.tlsDirectory || undefined;
    this.#tokens = new MeshTokens(options.secret, options.source);
  }

  get tls(): boolean {
    return this.#directory !== undefined;
  }

  /** Metadata that proves these names; empty under mTLS, where the connection does. */
  proof(names: readonly PeerName[]): Record<string, string> {
    return this.tls ? {} : { [KEYS.identity]: this.#tokens.issue(names) };
  }

  /** Who is at the other end. A token that does not hold, or that comes under mTLS, throws `unauthenticated_peer`. */
  identify(token: string | undefined, certificate: PeerCertificate | undefined): ProvenPeer {
    if (token !== undefined) {
      if (this.tls)
        throw new WeirError('unauthenticated_peer', 'Identity tokens are not accepted where mTLS is set up.');
      return { kind: 'service', names: this.#tokens.verify(token).filter(isPeerName) };
    }
    const names = this.tls ? namesIn(certificate) : [];
    return names.length > 0 ? { kind: 'service', names } : { kind: 'client' };
  }

  /** Certificates are asked of everybody and required of nobody: applications have none. */
  serverCredentials(services: readonly ServiceName[]): ServerCredentials {
    if (!this.#directory) return ServerCredentials.createInsecure();
    const ca = this.#read('ca.pem');
    const contexts = new Map<string, SecureContext>();
    for (const service of services) {
      if (this.#has(service))
        contexts.set(serverNameOf(service), createSecureContext({ ...this.#keyPair(service), ca }));
    }
    const front = services.includes('router') ? 'router' : (services[0] ?? 'router');
    return new MeshServerCredentials({ ...this.#keyPair(front), ca }, contexts);
  }

  /** `names` empty = an application, which only checks the server. */
  channelCredentials(names: readonly PeerName[]): ChannelCredentials {
    if (!this.#directory) return credentials.createInsecure();
    const ca = this.#read('ca.pem');
    const [first] = names;
    if (!first) return credentials.createSsl(ca);
    const joint = certificateNameOf(names);
    const { key, cert } = this.#keyPair(this.#has(joint) ? joint : first);
    return credentials.createSsl(ca, key, cert);
  }

  #keyPair(name: string): { key: Buffer; cert: Buffer } {
    return { key: this.#read(`${name}.key`), cert: this.#read(`${name}.pem`) };
  }

  #has(name: string): boolean {
    return existsSync(join(this.#directory ?? '', `${name}.pem`));
  }

  #read(file: string): Buffer {
    const path = join(this.#directory ?? '', file);
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new WeirError('invalid_configuration', `WEIR_TLS_DIR lacks a readable ${file}.`, { cause });
    }
  }
}

class MeshServerCredentials extends ServerCredentials {
  constructor(own: { key: Buffer; cert: Buffer; ca: Buffer }, contexts: ReadonlyMap<string, SecureContext>) {
    const choose = (name: string, done: (error: Error | null, context?: SecureContext) => void) =>
      done(null, contexts.get(name));
    super({ requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2', SNICallback: choose }, own);
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}

function isPeerName(name: string): name is PeerName {
  return PEER_NAMES.has(name);
}

/** grpc-js hands over certificates only of connections whose certificate was verified against ca.pem. */
function namesIn(certificate: PeerCertificate | undefined): PeerName[] {
  const entries = certificate?.subjectaltname?.split(', ') ?? [];
  return entries.map((entry) => SPIFFE_ENTRY.exec(entry)?.[1] ?? '').filter(isPeerName);
}
