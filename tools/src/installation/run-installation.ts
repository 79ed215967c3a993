import { kafkaJars } from '../embedded/kafka-jars.js';
import { requirePorts, startInfrastructure, type InfrastructureOptions } from '../embedded/infrastructure.js';
import type { Ports } from '../environment/ports.js';
import { processSettingsFrom } from '../environment/process-settings.js';
import { serviceEnvironment, type Environment } from '../environment/service-environment.js';
import { homeAt, type Home } from '../home/folder.js';
import { tellRunning } from '../home/running.js';
import type { Lifetime } from '../lifetime/lifetime.js';
import { runTasks } from '../lifetime/tasks.js';
import { fetchModel } from '../model/fetch.js';
import { operatorClients } from '../processes/operator.js';
import { controlPlaneOf } from '../seed/control-plane.js';
import { seedDemo } from '../seed/demo.js';
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
export async function runInstallation(lifetime: Lifetime, options: InstallationOptions): Promise<number> {
  await using installation = new Installation(options, lifetime.signal);
  await installation.claim();
  const tasks = [
    { title: 'Fetching Kafka and the model', work: () => installation.fetch() },
    { title: 'Starting PostgreSQL and Kafka', work: () => installation.startInfrastructure() },
    { title: 'Starting the services', work: () => installation.startServices() },
    { title: 'Registering the model, keys, prices and limits', work: () => installation.seed() },
  ];
  await runTasks(tasks, lifetime.signal);
  process.stdout.write(await installation.announce());
  return await untilOver(lifetime, installation.lost);
}

/** The parts of a running installation, in the order of its methods; disposing closes them in the other order. */
class Installation implements AsyncDisposable {
  readonly lost: Promise<string>[] = [];
  private readonly home: Home;
  private readonly wanted: InfrastructureOptions;
  private readonly open = new AsyncDisposableStack();
  private environment: Environment;
  private modelFile = '';
  private route = '';
  private launched: Launched | undefined;

  constructor(
    private readonly options: InstallationOptions,
    private readonly signal: AbortSignal,
  ) {
    const { environment, ports } = options;
    this.environment = environment;
    this.home = homeAt(environment.WEIR_HOME || '.weir');
    this.wanted = {
      home: this.home,
      postgresPort: ports.postgres,
      kafkaPort: ports.kafka,
      durable: true,
      databaseUrl: environment.DATABASE_URL,
      kafkaBrokers: environment.KAFKA_BROKERS,
    };
  }

  /** Makes sure that this process may run here; changes nothing but the lock. */
  async claim(): Promise<void> {
    this.open.use(await holdHome(this.home));
    await requirePorts(this.wanted);
    await this.options.requireServicePorts();
  }

  async fetch(): Promise<void> {
    const jars = this.wanted.kafkaBrokers ? undefined : kafkaJars(this.home.kafkaJars);
    [this.modelFile] = await Promise.all([fetchModel(this.home.models), jars]);
  }

  async startInfrastructure(): Promise<void> {
    const infrastructure = this.open.use(await startInfrastructure(this.wanted));
    const { databaseUrl, kafkaBrokers } = infrastructure;
    this.lost.push(infrastructure.lost);
    const given = this.options.environment;
    this.environment = await serviceEnvironment({ home: this.home, given, databaseUrl, kafkaBrokers });
  }

  async startServices(): Promise<void> {
    const launched = await this.options.launch(this.home)(this.environment, this.signal);
    this.open.defer(launched.stop);
    this.lost.push(launched.lost);
    this.launched = launched;
  }

  async seed(): Promise<void> {
    const { addresses } = this.running();
    await using clients = operatorClients(processSettingsFrom(this.environment), (service) => addresses[service]);
    const control = controlPlaneOf(clients);
    const { route, deploymentId } = await seedDemo(control, this.home, this.modelFile);
    await waitForDeployment(control, deploymentId, MODEL_READY_WITHIN_MS, this.signal);
    this.route = route;
  }

  /** Tells other commands what runs, and returns what the user reads. */
  async announce(): Promise<string> {
    const { httpUrl, addresses } = this.running();
    const { databaseUrl, kafkaBrokers, tlsDirectory } = processSettingsFrom(this.environment);
    const { keys, logs, running } = this.home;
    const facts = { pid: process.pid, databaseUrl, kafkaBrokers: kafkaBrokers.join(','), httpUrl, addresses };
    this.open.use(await tellRunning(running, facts));
    return banner({ httpUrl, grpcAddress: addresses.router, keys, logs, route: this.route, tls: tlsDirectory });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.open.disposeAsync();
  }

  private running(): Launched {
    if (!this.launched) throw new SetupError('The services were not started.');
    return this.launched;
  }
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
