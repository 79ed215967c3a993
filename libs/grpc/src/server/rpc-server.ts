import { Server, type Metadata } from '@grpc/grpc-js';
import type { ServiceName, Source } from '@weir/config';
import { asWeirError, WeirError } from '@weir/errors';
import type { Logger, Metrics, Tracing } from '@weir/telemetry';
import type { Mesh } from '../identity/mesh.js';
import { LinkServer, type LinkStream } from '../link/link-server.js';
import { decodeBatch, encodeBatch } from '../link/batch-codec.js';
import { CONNECT_PATH } from '../link/link-wire.js';
import { addMethods } from '../native/native-service.js';
import { statusInterceptor } from '../native/status-interceptor.js';
import type { Access, Principal } from '../rpc/call.js';
import { serverChannel } from '../rpc/channel.js';
import type { Handlers, ServiceDefinition } from '../rpc/definition.js';
import { DEFAULT_LIMITS, type RpcLimits } from '../rpc/limits.js';
import { portableError, toGrpcStatus } from '../wire/error-wire.js';
import { wireForm } from '../wire/message-codec.js';
import { KEYS } from '../wire/metadata.js';
import { addReflection, Health } from './introspection.js';
import { Pipeline } from './pipeline.js';
import { rpcMetrics } from './rpc.metrics.js';
import { servedMethods } from './served-method.js';
import { WireArrivals } from './wire-arrival.js';

export interface RpcServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly mesh: Mesh;
  /** Services of this process; their certificates are shown when mTLS is on. */
  readonly services: readonly ServiceName[];
  /** Turns a client's bearer token into its principal; throws WeirError. */
  readonly authenticate: (token: string) => Principal;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly source: Source;
  readonly limits?: Partial<RpcLimits>;
}

/** Longest time that finished connections get to close. */
const CLOSE_MS = 500;

/** Serves registered services to gRPC clients, to links of other processes, and to the local binding of this one. */
export class RpcServer {
  /** Tells this process from others, so that it knows its own calls when they come over a wire. */
  readonly processId: string;
  readonly pipeline: Pipeline;
  readonly limits: RpcLimits;
  readonly #options: RpcServerOptions;
  readonly #server: Server;
  readonly #health = new Health();
  readonly #arrivals: WireArrivals;
  readonly #links = new Set<LinkServer>();
  readonly #services = new Set<string>();
  readonly #linkGauge: { set(value: number): void };
  #port: number | undefined;

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.processId = options.source.uuid();
    this.pipeline = new Pipeline({ ...options, limits: this.limits });
    this.#arrivals = new WireArrivals(options.mesh, options.authenticate);
    this.#linkGauge = options.metrics.bind(rpcMetrics).linksServed;
    this.#server = new Server({ ...serverChannel(this.limits), interceptors: [statusInterceptor] });
  }

  /** Adds a service; before `listen`. Methods without a rule in `access` are closed to all. */
  register<Def extends ServiceDefinition>(definition: Def, handlers: Handlers<Def>, access: Access<Def>): void {
    this.#services.add(definition.fullName);
    for (const method of servedMethods(definition, handlers, access)) this.pipeline.add(method);
  }

  serves(definition: ServiceDefinition): boolean {
    return this.#services.has(definition.fullName);
  }

  /** `host:port` to reach this server from its own machine; undefined before `listen`. */
  get address(): string | undefined {
    const { host } = this.#options;
    const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host;
    return this.#port === undefined ? undefined : `${reachable}:${this.#port}`;
  }

  /** Health of a service, by its Weir name (`guardrails`) or its gRPC name. */
  setServing(name: string, serving: boolean): void {
    this.#health.set(name, serving);
  }

  /** The bound port. Throws `invalid_configuration` when the address cannot be had. */
  async listen(): Promise<number> {
    const { host, port, mesh, services, source } = this.#options;
    const form = wireForm(this.limits.maxMessageBytes);
    addMethods(this.#server, this.pipeline.methods(), {
      pipeline: this.pipeline,
      arrivals: this.#arrivals,
      form,
      source,
    });
    this.#server.register(
      CONNECT_PATH,
      (stream: LinkStream) => this.#connect(stream),
      encodeBatch,
      decodeBatch,
      'bidi',
    );
    this.#health.addTo(this.#server, this.#services);
    await addReflection(this.#server, [...this.#services]);
    const credentials = mesh.serverCredentials(services);
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`${host}:${port}`, credentials, (cause, bound) => {
        if (!cause) return resolve(bound);
        reject(
          new WeirError('invalid_configuration', `gRPC cannot listen on ${host}:${port}: ${cause.message}`, { cause }),
        );
      });
    });
    return this.#port;
  }

  /**
   * Ends the server: NOT_SERVING and no new calls from outside at once; running calls get until the deadline (in ms from
   * now) and end with `shutting_down` then. Local calls go on as long as requests run.
   */
  async drain(deadlineMs: number): Promise<void> {
    const reason = new WeirError('shutting_down', 'This process is shutting down.', { retryAfterMs: 100 });
    this.#health.drain();
    this.pipeline.refuse('foreign');
    await this.pipeline.idle(deadlineMs);
    this.pipeline.refuse('all');
    this.pipeline.cancelAll(reason);
    for (const link of [...this.#links]) link.close(reason);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_MS);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.#server.forceShutdown();
  }

  #connect(stream: LinkStream): void {
    try {
      const { peer, own } = this.#linkPeer(stream);
      const { logger, source } = this.#options;
      const { pipeline, limits } = this;
      const link = new LinkServer(stream, peer, own, { pipeline, arrivals: this.#arrivals, limits, source, logger });
      this.#links.add(link);
      this.#linkGauge.set(this.#links.size);
      stream.on('close', () => {
        this.#links.delete(link);
        this.#linkGauge.set(this.#links.size);
      });
    } catch (error) {
      stream.emit('error', toGrpcStatus(portableError(asWeirError(error)), []));
    }
  }

  #linkPeer(stream: LinkStream) {
    const { mesh } = this.#options;
    const certificate = mesh.tls ? stream.getAuthContext().sslPeerCertificate : undefined;
    const peer = mesh.identify(textOf(stream.metadata, KEYS.identity), certificate);
    if (peer.kind !== 'service') throw new WeirError('unauthenticated_peer', 'Only services of Weir hold links.');
    return { peer, own: textOf(stream.metadata, KEYS.process) === this.processId };
  }
}

function textOf(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}
