import type { ServiceName, Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { Logger, Metrics } from '@weir/telemetry';
import { serverNameOf, type Mesh } from '../identity/mesh.js';
import { PrincipalWire } from '../identity/principal-wire.js';
import { LinkTransport } from '../link/link-transport.js';
import { NativeTransport } from '../native/native-transport.js';
import { clientChannel } from '../rpc/channel.js';
import type { PeerName } from '../rpc/call.js';
import type { Client, ServiceDefinition } from '../rpc/definition.js';
import { DEFAULT_LIMITS, type RpcLimits } from '../rpc/limits.js';
import type { RpcServer } from '../server/rpc-server.js';
import { rpcMetrics } from '../server/rpc.metrics.js';
import { KEYS } from '../wire/metadata.js';
import { LocalTransport } from './local-transport.js';
import type { Transport } from './outgoing.js';
import { buildClient } from './typed-client.js';

export interface RpcClientsOptions {
  /**
   * Who calls. A process that runs several services lists them all and may act as any of them; `client` is an
   * application, which proves itself by `apiKey` and does without links.
   */
  readonly self: PeerName | readonly PeerName[] | 'client';
  readonly apiKey?: string;
  /** `host:port` of a service that runs elsewhere; empty or undefined = not known. */
  readonly addressOf: (service: ServiceName) => string | undefined;
  /** The server of this process: its services are called directly unless `binding` is `grpc`. */
  readonly local?: RpcServer;
  readonly binding: 'auto' | 'grpc';
  /** `link` (default): all calls to a peer share one stream. `native`: one gRPC call each, for peers that have no links. */
  readonly transport?: 'link' | 'native';
  readonly mesh: Mesh;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly source: Source;
  readonly limits?: Partial<RpcLimits>;
}

type WireTransport = Transport & AsyncDisposable;

/** Typed clients of all services, over whatever leads there: local, link or native. Dispose it to close its connections. */
export class RpcClients implements AsyncDisposable {
  readonly #options: RpcClientsOptions;
  readonly #names: readonly PeerName[];
  readonly #limits: RpcLimits;
  /** By who calls and where; views made by `as` share it. */
  readonly #wires: Map<string, WireTransport>;
  readonly #principals = new PrincipalWire();

  constructor(options: RpcClientsOptions, wires = new Map<string, WireTransport>()) {
    const { self } = options;
    this.#options = options;
    this.#names = typeof self === 'string' ? (self === 'client' ? [] : [self]) : self;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#wires = wires;
  }

  /** The same connections, acting as one of this process's services. */
  as(self: PeerName): RpcClients {
    return new RpcClients({ ...this.#options, self }, this.#wires);
  }

  /** Where the service runs is looked up at each call, so clients may be made before servers listen. */
  client<Def extends ServiceDefinition>(service: ServiceName, definition: Def): Client<Def> {
    const { unaryTimeoutMs } = this.#limits;
    const transport = () => this.#transport(service, definition);
    return buildClient(definition, { transport, source: this.#options.source, unaryTimeoutMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const wires = [...this.#wires.values()];
    this.#wires.clear();
    await Promise.all(wires.map((wire) => wire[Symbol.asyncDispose]()));
  }

  #transport(service: ServiceName, definition: ServiceDefinition): Transport {
    const { local, binding } = this.#options;
    const here = local?.serves(definition) ? local : undefined;
    if (here && binding === 'auto' && this.#names.length > 0) return new LocalTransport(here.pipeline, this.#names);
    const address = this.#options.addressOf(service) || here?.address;
    if (!address) throw new WeirError('peer_unavailable', `No address of the service ${service} is known.`);
    const key = `${this.#names.join('+')}@${address}/${service}`;
    const known = this.#wires.get(key);
    if (known) return known;
    const wire = this.#connect(service, address);
    this.#wires.set(key, wire);
    return wire;
  }

  #connect(service: ServiceName, address: string): WireTransport {
    const { mesh, logger, source, transport = 'link' } = this.#options;
    const shared = {
      address,
      credentials: mesh.channelCredentials(this.#names),
      channel: clientChannel(this.#limits, mesh.tls ? serverNameOf(service) : undefined),
      proof: () => this.#proof(),
      principals: this.#principals,
      limits: this.#limits,
    };
    if (transport === 'native' || this.#names.length === 0) return new NativeTransport(shared);
    return new LinkTransport({ ...shared, source, logger, gauges: this.#gauges(service) });
  }

  #proof(): Record<string, string> {
    const { mesh, apiKey, local } = this.#options;
    if (this.#names.length === 0) return apiKey === undefined ? {} : { [KEYS.authorization]: `Bearer ${apiKey}` };
    return { ...mesh.proof(this.#names), ...(local ? { [KEYS.process]: local.processId } : {}) };
  }

  #gauges(peer: ServiceName) {
    const { linksOpen, linkCalls } = this.#options.metrics.bind(rpcMetrics);
    return {
      open: (up: boolean) => linksOpen.set({ peer }, up ? 1 : 0),
      calls: (open: number) => linkCalls.set({ peer }, open),
    };
  }
}
