import { RegistrySnapshot, startProcess, type RunningProcess, type ServiceDescriptor } from '@weir/bootstrap';
import { processSettings, settingsWith, systemSource, type ProcessSettings, type Source } from '@weir/config';
import { registryState, type RegistryObject } from '@weir/contracts';
import { Mesh, RpcClients } from '@weir/grpc';
import { KafkaBus } from '@weir/kafka';
import type { Logger } from '@weir/telemetry';
import { eventually } from './eventually.js';
import { silentLogger, testMetrics } from './quiet.js';
import { surroundings, temporaryFolder, uniqueName } from './surroundings.js';
import { newTenant, type Tenant, type TenantOptions } from './tenant.js';
import { dropSchemas } from './test-database.js';

export interface TestProcessOptions {
  readonly services: readonly ServiceDescriptor[];
  readonly settings?: Partial<ProcessSettings>;
  /** For the services' own settings. */
  readonly env?: Readonly<Record<string, string>>;
  readonly source?: Source;
  readonly logger?: Logger;
}

/** A real process on free ports, with its own schemas, topics and folder; disposing drains it and removes these. */
export interface TestProcess extends RunningProcess {
  readonly settings: ProcessSettings;
  /** Calls over real gRPC as the operator. */
  readonly operator: RpcClients;
  readonly snapshot: RegistrySnapshot;
  readonly bus: KafkaBus;
  /** Calls over real gRPC as an application with this API key. */
  clients(apiKey: string): RpcClients;
  /** States an object as the registry would, and waits until the snapshot has it. */
  publishState(object: RegistryObject, options?: { readonly deleted?: boolean }): Promise<void>;
  /** A new organisation, project and key that this process knows. */
  seedTenant(options?: TenantOptions): Promise<Tenant>;
}

export async function startTestProcess(options: TestProcessOptions): Promise<TestProcess> {
  await using opened = new AsyncDisposableStack();
  const home = opened.use(await temporaryFolder());
  const settings = testSettings(options, home.path);
  const schemas = options.services.map(({ name }) => `${settings.schemaPrefix}${name}`);
  opened.defer(() => dropSchemas(settings.databaseUrl, schemas));
  const running = opened.use(
    await startProcess({
      services: options.services,
      settings,
      env: options.env ?? {},
      source: options.source ?? systemSource,
      logger: options.logger ?? silentLogger,
    }),
  );
  await running.ready();
  const connect = (as: { self: 'operator' } | { self: 'client'; apiKey: string }) =>
    opened.use(rpcClients(settings, running.grpcAddress, as));
  const states = stateWriter(running);
  const operator = connect({ self: 'operator' });
  return extend(running, opened.move(), { settings, operator, ...states });
}

type Extension = Omit<TestProcess, keyof RunningProcess | 'clients' | 'seedTenant'>;

function extend(running: RunningProcess, opened: AsyncDisposableStack, extension: Extension): TestProcess {
  const { settings } = extension;
  return {
    ...extension,
    httpUrl: running.httpUrl,
    grpcAddress: running.grpcAddress,
    app: running.app,
    ready: (timeoutMs) => running.ready(timeoutMs),
    drain: () => running.drain(),
    clients: (apiKey) => opened.use(rpcClients(settings, running.grpcAddress, { self: 'client', apiKey })),
    seedTenant: async (options) => {
      const tenant = newTenant(settings.keyPepper, options);
      for (const object of tenant.objects) await extension.publishState(object);
      return tenant;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function testSettings({ services, settings }: TestProcessOptions, home: string): ProcessSettings {
  const name = uniqueName();
  return settingsWith(processSettings, {
    ...surroundings(),
    services: services.map((service) => service.name),
    httpPort: 0,
    grpcPort: 0,
    schemaPrefix: `${name}_`,
    topicPrefix: `${name}.`,
    databasePoolSize: 3,
    home,
    keyPepper: 'pepper of the tests only',
    meshSecret: 'mesh secret of the tests only',
    logLevel: 'silent',
    drainSeconds: 5,
    eventLoopMetrics: false,
    ...settings,
  });
}

function rpcClients(
  settings: ProcessSettings,
  address: string,
  as: { readonly self: 'operator' } | { readonly self: 'client'; readonly apiKey: string },
): RpcClients {
  return new RpcClients({
    ...as,
    addressOf: () => address,
    binding: 'grpc',
    ...(as.self === 'client' ? { transport: 'native' as const } : {}),
    mesh: new Mesh({ secret: settings.meshSecret, tlsDirectory: settings.tlsDirectory, source: systemSource }),
    logger: silentLogger,
    metrics: testMetrics(),
    source: systemSource,
  });
}

function stateWriter({ app }: RunningProcess): Pick<TestProcess, 'bus' | 'snapshot' | 'publishState'> {
  const bus = app.get(KafkaBus);
  const snapshot = app.get(RegistrySnapshot);
  const publisher = bus.publisher(registryState);
  // Larger than any revision that a real registry of the same test gives.
  let revision = 1_000_000;
  return {
    bus,
    snapshot,
    publishState: async (object, { deleted = false } = {}) => {
      const object_key = `${object.kind}/${object.id}`;
      const written = ++revision;
      await publisher.publish({ object_key, revision: written, deleted, object });
      await eventually(() => {
        const known = snapshot.revisionOf(object_key);
        return deleted ? known === undefined : known !== undefined && known >= written;
      });
    },
  };
}
