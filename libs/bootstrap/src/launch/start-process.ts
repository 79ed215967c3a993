import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { systemSource, type ProcessSettings, type Source } from '@weir/config';
import { eventCatalogue, registryState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { createLogger, type Logger } from '@weir/telemetry';
import { discover, type Discovered } from '../discovery/discovered.js';
import { registerGrpcHandlers } from '../discovery/grpc-handlers.js';
import { startConsumers } from '../discovery/on-event.js';
import { HttpAdapter } from '../http/http-adapter.js';
import { HttpDoor } from '../http/http-door.js';
import { addOperatorRoutes } from '../http/operator-routes.js';
import { ConsumerGroup } from './consumer-group.js';
import { HealthReporter } from './health-reporter.js';
import { NestLogger } from './nest-logger.js';
import { OpenResources } from './open-resources.js';
import { openPlatform, type Platform } from './platform.js';
import { ProcessModule } from './platform.module.js';
import { RunningServices, type RunningProcess } from './running-process.js';
import { checkSettings, type Environment, type ServiceDescriptor } from './service-descriptor.js';

export interface StartOptions {
  readonly services: readonly ServiceDescriptor[];
  readonly settings: ProcessSettings;
  /** For the services' own settings; the environment of the operating system when absent. */
  readonly env?: Environment;
  readonly source?: Source;
  readonly logger?: Logger;
  /** How long a drain still accepts requests while it already reports not ready, in milliseconds. Default 0. */
  readonly lameDuckMs?: number;
  /** Called when a consumer stopped making progress; the program should exit, since a restart is the cure. */
  readonly onStalled?: (reason: string) => void;
}

/**
 * Runs services in this process until `drain()`. Resolves when HTTP and gRPC listen; `ready()` tells when all of it works.
 * @throws WeirError `invalid_configuration`, `database_unavailable`; or what listening raised. Nothing stays open then.
 */
export async function startProcess(options: StartOptions): Promise<RunningProcess> {
  const { services, settings, env, source = systemSource } = options;
  checkSettings(services, env);
  const logger = options.logger ?? createLogger({ level: settings.logLevel, name: 'weir' });
  const resources = new OpenResources(logger);
  try {
    const names = services.map(({ name }) => name);
    const platform = await openPlatform({ services: names, settings, env, source, logger }, resources);
    return await launch(options, platform, { source, logger });
  } catch (error) {
    await resources[Symbol.asyncDispose]();
    throw error;
  }
}

async function launch(
  options: StartOptions,
  platform: Platform,
  { source, logger }: { readonly source: Source; readonly logger: Logger },
): Promise<RunningProcess> {
  const { services, settings } = options;
  const { bus, rpcServer, readiness, resources } = platform;
  bus.onStalled((reason) => {
    logger.fatal({ reason }, 'a consumer makes no progress');
    options.onStalled?.(reason);
  });
  followRegistry(platform, logger);
  const door = new HttpDoor({ ...platform, logger, source });
  const app = await createApplication(services, platform, { door, source, logger });
  const found = discover(app);
  const names = [...services.map(({ name }) => name), ...registerGrpcHandlers(found, rpcServer)];
  await app.init();
  refuseUndeclared(door);
  const health = resources.add('health', new HealthReporter(readiness, rpcServer, names));
  const grpcPort = await rpcServer.listen();
  resources.add('gRPC server', { [Symbol.asyncDispose]: () => rpcServer.drain(0) });
  await app.listen(settings.httpPort, settings.host);
  const consumers = consume(found, platform, logger);
  health.start();
  return new RunningServices({
    app,
    door,
    health,
    consumers,
    platform,
    logger,
    grpcPort,
    host: settings.host,
    drainMs: settings.drainSeconds * 1_000,
    lameDuckMs: options.lameDuckMs ?? 0,
  });
}

/** In the background, since Kafka may be away: topics first, so that there is something to read. */
function followRegistry({ bus, snapshot }: Platform, logger: Logger): void {
  const topics = bus.createTopics(eventCatalogue);
  const following = snapshot.follow(async (onState) => {
    await topics;
    return bus.readState(registryState, onState);
  });
  following.catch((error: unknown) => logger.error({ err: error }, 'the registry state cannot be followed'));
}

async function createApplication(
  services: readonly ServiceDescriptor[],
  { module, readiness, metrics, resources }: Platform,
  { door, source, logger }: { readonly door: HttpDoor; readonly source: Source; readonly logger: Logger },
): Promise<INestApplication> {
  const adapter = new HttpAdapter(door, source);
  addOperatorRoutes(adapter.getInstance(), readiness, metrics);
  const app = await NestFactory.create(ProcessModule.of(module, services, door), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  resources.add('services', { [Symbol.asyncDispose]: () => app.close() });
  return app;
}

function refuseUndeclared({ undeclared }: HttpDoor): void {
  if (undeclared.length === 0) return;
  const routes = undeclared.join(', ');
  throw new WeirError('invalid_configuration', `Routes without @Access or @Public: ${routes}.`);
}

function consume(found: readonly Discovered[], { bus, resources, readiness }: Platform, logger: Logger): ConsumerGroup {
  const group = resources.add('consumers', new ConsumerGroup());
  readiness.add('consumers', () => (group.complete ? undefined : 'not all have started yet'));
  startConsumers(found, bus, (consumer) => group.add(consumer)).then(
    () => group.done(),
    (error: unknown) => logger.error({ err: error }, 'a consumer could not be started'),
  );
  return group;
}
