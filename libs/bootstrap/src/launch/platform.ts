import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import type { ProcessSettings, ServiceName, Source } from '@weir/config';
import { registryState } from '@weir/contracts';
import { Mesh, RpcClients, RpcServer } from '@weir/grpc';
import { KafkaBus } from '@weir/kafka';
import { Metrics, Tracing, type Logger } from '@weir/telemetry';
import { Authenticator } from '../access/authenticator.js';
import { RegistrySnapshot } from '../registry/registry-snapshot.js';
import { Draining } from './draining.js';
import { OpenResources } from './open-resources.js';
import { PlatformModule } from './platform.module.js';
import { Readiness } from './readiness.js';
import type { Environment } from './service-descriptor.js';
import { LOGGER, OPEN_RESOURCES, PROCESS_SETTINGS, SERVICE_ENVIRONMENT, SOURCE } from './tokens.js';

export interface PlatformOptions {
  readonly services: readonly ServiceName[];
  readonly settings: ProcessSettings;
  readonly env: Environment | undefined;
  readonly source: Source;
  readonly logger: Logger;
}

/** What a process has before it has services. All of it is closed through `resources`. */
export interface Platform {
  readonly resources: OpenResources;
  readonly readiness: Readiness;
  readonly draining: Draining;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly bus: KafkaBus;
  readonly snapshot: RegistrySnapshot;
  readonly authenticator: Authenticator;
  readonly rpcServer: RpcServer;
  readonly module: DynamicModule;
}

/** Opens what all services of the process use. Kafka may be away: it is waited for in the background. */
export async function openPlatform(options: PlatformOptions, resources: OpenResources): Promise<Platform> {
  const { services, settings, source, logger } = options;
  const name = settings.services.includes('all') ? 'all' : services.join('-');
  const metrics = new Metrics({ runtime: settings.eventLoopMetrics });
  const tracing = Tracing.create({
    serviceName: `weir-${name}`,
    sampleRatio: settings.traceSampleRatio,
    endpoint: settings.otlpEndpoint,
  });
  resources.add('tracing', { [Symbol.asyncDispose]: () => tracing.shutdown() });
  const bus = await KafkaBus.connect({
    brokers: settings.kafkaBrokers,
    clientId: `weir-${name}`,
    topicPrefix: settings.topicPrefix,
    replication: settings.topicReplication,
    spoolDirectory: join(settings.home, 'spool', name),
    logger,
    metrics,
    tracing,
    source,
  });
  resources.add('kafka', bus);
  const snapshot = new RegistrySnapshot({ logger, path: join(settings.home, 'snapshot', 'registry.json') });
  resources.add('registry snapshot', snapshot);
  const authenticator = new Authenticator({ snapshot, pepper: settings.keyPepper, source });
  const rpc = openRpc(options, { metrics, tracing, authenticator });
  resources.add('rpc clients', rpc.clients);
  const readiness = new Readiness();
  addPlatformChecks(readiness, snapshot, bus, `${settings.topicPrefix}${registryState.type} `);
  const draining = new Draining();
  const opened = { resources, readiness, draining, metrics, tracing, bus, snapshot, authenticator };
  return { ...opened, rpcServer: rpc.server, module: injectables(options, opened, rpc.clients) };
}

function injectables(
  { settings, source, logger, env }: PlatformOptions,
  platform: Omit<Platform, 'rpcServer' | 'module'>,
  clients: RpcClients,
): DynamicModule {
  return PlatformModule.with([
    [Metrics, platform.metrics],
    [Tracing, platform.tracing],
    [KafkaBus, platform.bus],
    [RegistrySnapshot, platform.snapshot],
    [Authenticator, platform.authenticator],
    [Readiness, platform.readiness],
    [Draining, platform.draining],
    [OPEN_RESOURCES, platform.resources],
    [RpcClients, clients],
    [LOGGER, logger],
    [SOURCE, source],
    [PROCESS_SETTINGS, settings],
    [SERVICE_ENVIRONMENT, env],
  ]);
}

function openRpc(
  { services, settings, source, logger }: PlatformOptions,
  { metrics, tracing, authenticator }: { metrics: Metrics; tracing: Tracing; authenticator: Authenticator },
): { server: RpcServer; clients: RpcClients } {
  const mesh = new Mesh({ secret: settings.meshSecret, tlsDirectory: settings.tlsDirectory, source });
  const server = new RpcServer({
    host: settings.host,
    port: settings.grpcPort,
    mesh,
    services,
    authenticate: (token) => authenticator.authenticate(token),
    logger,
    metrics,
    tracing,
    source,
  });
  const clients = new RpcClients({
    self: services,
    addressOf: (service) => settings[`${service}Addr`] || undefined,
    local: server,
    binding: settings.binding,
    mesh,
    logger,
    metrics,
    source,
  });
  return { server, clients };
}

function addPlatformChecks(readiness: Readiness, snapshot: RegistrySnapshot, bus: KafkaBus, stateTopic: string): void {
  readiness.add('registry snapshot', () => (snapshot.isReady ? undefined : 'has not been read to its end yet'));
  // The snapshot tells itself whether it is good enough: from disk it is, while Kafka is away.
  const ofKafka = () => bus.problems().filter((problem) => !problem.startsWith(stateTopic));
  readiness.add('kafka', () => ofKafka().join('; ') || undefined);
}
