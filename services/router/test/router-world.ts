import { createServer, type AddressInfo } from 'node:net';
import { inferenceCompleted, type DeploymentState, type InferenceCompleted, type RouteState } from '@weir/contracts';
import type { ProcessSettings, ServiceName } from '@weir/config';
import { RpcClients } from '@weir/grpc';
import type { Consumer } from '@weir/kafka';
import { eventually, startTestProcess, type Tenant, type TenantOptions, type TestProcess } from '@weir/testing';
import { routerService } from '../src/index.js';
import { FakeBilling, fakeBilling } from './fakes/fake-billing.js';
import { FakeEngine, fakeEngine } from './fakes/fake-engine.js';
import { FakeGuardrails, fakeGuardrails } from './fakes/fake-guardrails.js';

const CREATED_AT = 1_700_000_000_000;

export type Binding = 'local' | 'wire';

export interface WorldOptions {
  readonly env?: Record<string, string>;
  /** `wire`: the router calls its neighbours over gRPC, as in processes of their own. Default `local`. */
  readonly binding?: Binding;
  readonly tenant?: TenantOptions;
}

/** The real router with small stand-ins for its three neighbours, over real HTTP, gRPC and Kafka. */
export class RouterWorld implements AsyncDisposable {
  readonly events: InferenceCompleted[] = [];

  private constructor(
    readonly running: TestProcess,
    readonly tenant: Tenant,
    readonly billing: FakeBilling,
    readonly guardrails: FakeGuardrails,
    readonly engine: FakeEngine,
  ) {}

  static async start(options: WorldOptions = {}): Promise<RouterWorld> {
    const running = await startTestProcess({
      services: [fakeBilling, fakeGuardrails, fakeEngine, routerService],
      env: options.env ?? {},
      settings: options.binding === 'wire' ? await overTheWire() : {},
    });
    const { app } = running;
    const tenant = await running.seedTenant(options.tenant);
    const world = new RouterWorld(running, tenant, app.get(FakeBilling), app.get(FakeGuardrails), app.get(FakeEngine));
    await running.publishState(deployment('d1'));
    await running.publishState(deployment('d2'));
    await world.route({ alias: 'tiny' });
    await world.#listen();
    return world;
  }

  /** Puts a route over d1 alone, unless something else is given. */
  async route(route: Partial<RouteState> & { alias: string }): Promise<void> {
    await this.running.publishState({
      kind: 'route',
      id: route.alias,
      targets: [{ deployment_id: 'd1', weight: 1 }],
      policy: '',
      on_guardrails_error: 'closed',
      organization_id: this.tenant.organizationId,
      project_ids: [],
      stage_policies: {},
      max_holdback_chars: 0,
      on_blocked_input: 'error',
      created_at: CREATED_AT,
      ...route,
    });
  }

  post(path: string, body: unknown, init: { headers?: Record<string, string>; signal?: AbortSignal } = {}) {
    return fetch(`${this.running.httpUrl}${path}`, {
      method: 'POST',
      headers: { ...this.tenant.headers, 'content-type': 'application/json', ...init.headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(init.signal ? { signal: init.signal } : {}),
    });
  }

  chat(extra: object = {}, init: { headers?: Record<string, string>; signal?: AbortSignal } = {}) {
    return this.post('/v1/chat/completions', { model: 'tiny', messages: [user('hello')], ...extra }, init);
  }

  get(path: string, headers: Record<string, string> = this.tenant.headers) {
    return fetch(`${this.running.httpUrl}${path}`, { headers });
  }

  /** The event of a request, as it arrived from Kafka; fails when there is more than one. */
  async eventOf(requestId: string | null): Promise<InferenceCompleted> {
    return eventually(() => {
      const found = this.events.filter((event) => event.request_id === requestId);
      if (found.length > 1) throw new TypeError(`${found.length} events of ${requestId}`);
      return found[0] as InferenceCompleted;
    });
  }

  /** Calls as one of the services beside the router makes them. */
  neighbour(name: ServiceName): RpcClients {
    return this.running.app.get(RpcClients).as(name);
  }

  async metric(name: string): Promise<string[]> {
    const text = await (await this.get('/metrics')).text();
    return text.split('\n').filter((line) => line.startsWith(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running[Symbol.asyncDispose]();
  }

  async #listen(): Promise<Consumer> {
    return this.running.bus.consume({
      event: inferenceCompleted,
      group: 'test',
      onEvent: async ({ data }) => void this.events.push(data),
    });
  }
}

export const user = (content: string) => ({ role: 'user', content });

function deployment(id: string): DeploymentState {
  return {
    kind: 'deployment',
    id,
    name: id,
    model_name: 'tiny',
    version: 3,
    engine: {
      kind: 'llamacpp',
      slots: 8,
      context_tokens: 2048,
      max_queue: 64,
      max_output_tokens: 64,
      base_url: '',
      upstream_model: '',
      api_key_ref: '',
      allow_private_address: false,
      more_base_urls: [],
      max_queued_tokens: 0,
      idle_unload_seconds: 0,
      shares: [],
      usd_per_hour: '',
    },
    desired_state: 'running',
    created_at: CREATED_AT,
  };
}

/** Data lines of a complete SSE body, parsed; `[DONE]` stays text. */
export function dataOf(body: string): unknown[] {
  return body
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => (frame === 'data: [DONE]' ? '[DONE]' : JSON.parse(frame.slice(6))));
}

async function overTheWire(): Promise<Partial<ProcessSettings>> {
  const grpcPort = await freePort();
  const address = `127.0.0.1:${grpcPort}`;
  return { binding: 'grpc', grpcPort, billingAddr: address, guardrailsAddr: address, inferenceAddr: address };
}

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
  return promise;
}
