import { fetchModel } from '../model/fetch.js';
import { kafkaJars } from '../embedded/kafka-jars.js';
import { requirePorts, startInfrastructure, type InfrastructureOptions } from '../embedded/infrastructure.js';
import type { Ports } from '../environment/ports.js';
import { processSettingsFrom } from '../environment/process-settings.js';
import { serviceEnvironment, type Environment } from '../environment/service-environment.js';
import { homeAt, type Home } from '../home/folder.js';
import { tellRunning } from '../home/running.js';
import type { Lifetime } from '../lifetime/lifetime.js';
import { runTasks } from '../lifetime/tasks.js';
import { operatorClients } from '../process/operator.js';
import { controlPlaneOf } from '../seed/control-plane.js';
import { seedDemo, type Demo } from '../seed/demo.js';
import { SetupError } from '../setup-error.js';
import { banner } from './banner.js';
import { holdHome } from './hold-home.js';
import type { Launch, Launched } from './launched.js';
import { waitForDeployment } from './model-ready.js';

const MODEL_READY_WITHIN_MS = 120_000;

export interface InstallationOptions {
  readonly environment: Environment;
  readonly ports: Ports;
  /** Throws when a port of the services is taken. */
  readonly requireServicePorts: () => Promise<void>;
  readonly launch: (home: Home) => Launch;
}

/** Sets up and serves until the lifetime is over: infrastructure, services, demo content, banner. Returns the exit status. */
export async function runInstallation(lifetime: Lifetime, o: InstallationOptions): Promise<number> {
  const home = homeAt(o.environment.WEIR_HOME || '.weir');
  const { signal } = lifetime;
  await using open = new AsyncDisposableStack();
  open.use(await holdHome(home));
  const wanted = infrastructureOptions(home, o);
  await requirePorts(wanted);
  await o.requireServicePorts();

  let modelFile = '';
  let launched: Launched | undefined;
  let demo: Demo | undefined;
  let environment: Environment = o.environment;
  let lost: Promise<string>[] = [];
  await runTasks(
    [
      {
        title: 'Fetching Kafka and the model',
        work: async () => {
          const jars = wanted.kafkaBrokers ? undefined : kafkaJars(home.kafkaJars);
          [modelFile] = await Promise.all([fetchModel(home.models), jars]);
        },
      },
      {
        title: 'Starting PostgreSQL and Kafka',
        work: async () => {
          const infrastructure = open.use(await startInfrastructure(wanted));
          lost = [infrastructure.lost];
          environment = await serviceEnvironment({ home, given: o.environment, ...infrastructure });
        },
      },
      {
        title: 'Starting the services',
        work: async () => {
          launched = await o.launch(home)(environment, signal);
          open.defer(launched.stop);
          lost.push(launched.lost);
        },
      },
      {
        title: 'Registering the model, keys, prices and limits',
        work: async () => {
          demo = await seedAndWait(required(launched), environment, home, modelFile, signal);
        },
      },
    ],
    signal,
  );
  const { httpUrl, addresses } = required(launched);
  const facts = processSettingsFrom(environment);
  open.use(
    await tellRunning(home.running, {
      pid: process.pid,
      databaseUrl: facts.databaseUrl,
      kafkaBrokers: facts.kafkaBrokers.join(','),
      httpUrl,
      addresses,
    }),
  );
  const { keys, logs } = home;
  process.stdout.write(
    banner({
      httpUrl,
      grpcAddress: addresses.router,
      keys,
      logs,
      route: required(demo).route,
      tls: facts.tlsDirectory,
    }),
  );
  return await untilOver(lifetime, lost);
}

function infrastructureOptions(home: Home, { environment, ports }: InstallationOptions): InfrastructureOptions {
  return {
    home,
    postgresPort: ports.postgres,
    kafkaPort: ports.kafka,
    durable: true,
    databaseUrl: environment.DATABASE_URL,
    kafkaBrokers: environment.KAFKA_BROKERS,
  };
}

async function seedAndWait(
  { addresses }: Launched,
  environment: Environment,
  home: Home,
  modelFile: string,
  signal: AbortSignal,
): Promise<Demo> {
  await using clients = operatorClients(processSettingsFrom(environment), (service) => addresses[service]);
  const control = controlPlaneOf(clients);
  const demo = await seedDemo(control, home, modelFile);
  await waitForDeployment(control, demo.deploymentId, MODEL_READY_WITHIN_MS, signal);
  return demo;
}

async function untilOver(lifetime: Lifetime, lost: readonly Promise<string>[]): Promise<number> {
  const gone = await Promise.race([lifetime.over(), ...lost]);
  if (gone === undefined) {
    process.stderr.write('\nStopping …\n');
    return 0;
  }
  process.stderr.write(`weir: ${gone} ended; its log tells why. Start again: nothing is lost.\n`);
  return 1;
}

/** The tasks run in order: what an earlier one made is there. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new SetupError('The start was interrupted.');
  return value;
}
