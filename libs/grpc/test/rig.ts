import { systemSource, type Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { createLogger, Metrics, Tracing } from '@weir/telemetry';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import {
  Mesh,
  RpcClients,
  RpcServer,
  type Access,
  type Client,
  type Handlers,
  type Principal,
  type RpcClientsOptions,
  type RpcServerOptions,
} from '../src/index.js';
import { EchoDefinition } from './echo-service.js';

export const SECRET = 'a mesh secret for tests';
export const logger = createLogger({ level: 'silent' });
export const BINDINGS = ['native', 'link', 'local'] as const;
export type Binding = (typeof BINDINGS)[number];

export const principal: Principal = {
  apiKeyId: 'key-1',
  projectId: 'project-1',
  organizationId: 'org-1',
  scopes: ['inference'],
  role: 'member',
  onBillingError: 'closed',
};

export const access: Access<EchoDefinition> = {
  say: { services: ['router', 'operator'], scope: 'inference' },
  list: { services: ['router'] },
  collect: { services: ['router'] },
  chat: { services: ['router'] },
  closed: {},
  forClients: { scope: 'inference' },
};

/** A server of the echo service and clients of it. Disposing it ends everything. */
export class Rig implements AsyncDisposable {
  readonly server: RpcServer;
  readonly metrics = new Metrics();
  readonly spans = new InMemorySpanExporter();
  readonly mesh: Mesh;
  readonly #clients: RpcClients[] = [];

  constructor(handlers: Handlers<EchoDefinition>, options: Partial<RpcServerOptions> = {}) {
    this.mesh = options.mesh ?? new Mesh({ secret: SECRET, source: systemSource });
    this.server = new RpcServer({
      host: '127.0.0.1',
      port: 0,
      mesh: this.mesh,
      services: ['guardrails'],
      authenticate: (token) => {
        if (token === 'good') return principal;
        throw new WeirError('invalid_api_key', 'The API key is not known.');
      },
      logger,
      metrics: this.metrics,
      tracing: Tracing.create({ serviceName: 'test', sampleRatio: 1, endpoint: '', exporter: this.spans }),
      source: systemSource,
      ...options,
    });
    this.server.register(EchoDefinition, handlers, access);
  }

  static async start(handlers: Handlers<EchoDefinition>, options: Partial<RpcServerOptions> = {}): Promise<Rig> {
    const rig = new Rig(handlers, options);
    await rig.server.listen();
    return rig;
  }

  clients(options: Partial<RpcClientsOptions> = {}): RpcClients {
    const clients = new RpcClients({
      self: 'router',
      addressOf: () => this.server.address,
      binding: 'grpc',
      mesh: this.mesh,
      logger,
      metrics: new Metrics(),
      source: systemSource as Source,
      ...options,
    });
    this.#clients.push(clients);
    return clients;
  }

  echo(binding: Binding, options: Partial<RpcClientsOptions> = {}): Client<EchoDefinition> {
    const way: Partial<RpcClientsOptions> =
      binding === 'local' ? { local: this.server, binding: 'auto' } : { transport: binding };
    return this.clients({ ...way, ...options }).client('guardrails', EchoDefinition);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const clients of this.#clients) await clients[Symbol.asyncDispose]();
    await this.server.drain(0);
  }
}

/** A promise and what settles it. */
export function latch<T = void>() {
  return Promise.withResolvers<T>();
}

export async function drainAll<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}

export async function* from<T>(...items: T[]): AsyncGenerator<T, void> {
  yield* items;
}

/** What a rejected call says, without what differs between runs. */
export async function failureOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    const { code, message, param, retryAfterMs, details } = error;
    return { code, message, param, retryAfterMs, details };
  }
  throw new RangeError('the call succeeded');
}

/** Waits for a state, without a fixed time. */
export async function until(state: () => boolean, timeoutMs = 5_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!state()) {
    if (performance.now() > end) throw new RangeError('the state did not come');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
