import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_NAMES, type ServiceName } from '@weir/config';
import type { RpcClients } from '@weir/grpc';
import { freePorts } from '../embedded/ports.js';
import { processSettingsFrom } from '../environment/process-settings.js';
import { serviceEnvironment, type Environment } from '../environment/service-environment.js';
import { homeAt, type Home } from '../home/folder.js';
import { waitForModels } from '../installation/model-ready.js';
import { addressVariables, serviceProcesses, type PortPair } from '../installation/seven-processes.js';
import { clientWithKey, operatorClients } from '../processes/operator.js';
import { ServiceProcess } from '../processes/service-process.js';
import { controlPlaneOf, type ControlPlane } from '../seed/control-plane.js';
import { dropSchemas } from './schemas.js';
import { seedConstellation, type Seeded } from './seeded.js';
import type { ServedModel } from '../seed/serving.js';

const READY_WITHIN_MS = 90_000;

export interface ConstellationOptions {
  /** `together`: all services in one process, `apart`: one process each. */
  readonly form: 'together' | 'apart';
  /** What is served; default the real SmolLM2 under the alias `smollm2`. */
  readonly served?: readonly ServedModel[];
  /** More variables for every process. */
  readonly environment?: Environment;
}

/** All of Weir as a test sees it: real processes with a home, schemas and topics of their own. */
export interface Constellation extends AsyncDisposable {
  readonly home: Home;
  readonly environment: Environment;
  readonly httpUrl: string;
  readonly addresses: Readonly<Record<ServiceName, string>>;
  readonly seeded: Seeded;
  /** Calls any service as the operator. */
  readonly operator: RpcClients;
  readonly control: ControlPlane;
  /** The process that runs a service: kill it, stop it, start it again. */
  processOf(service: ServiceName): ServiceProcess;
  /** Of every process that runs. */
  pids(): number[];
  /** Kills or stops every process and waits until all are gone. */
  halt(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts every process that is gone and waits until all are ready. */
  resume(): Promise<void>;
  /** Calls the gRPC doors with an API key, over the wire, as an application does. */
  clientsWith(apiKey: string): RpcClients;
}

/** Starts Weir against DATABASE_URL and KAFKA_BROKERS, which the run has set, and seeds it. */
export async function startConstellation(o: ConstellationOptions): Promise<Constellation> {
  const prefix = `t${randomBytes(5).toString('hex')}`;
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'weir-flow-'));
  cleanup.defer(() => rm(directory, { recursive: true, force: true }));
  const home = homeAt(directory);
  const environment = await environmentOf(home, prefix, o.environment ?? {});
  cleanup.defer(() => dropSchemas(environment.DATABASE_URL ?? '', `${prefix}_`));

  const { ports, processes } = await plan(o.form, environment, home);
  const distinct = [...new Set(Object.values(processes))];
  const halt = (signal: 'SIGKILL' | 'SIGTERM') => end(distinct, signal);
  cleanup.defer(() => halt('SIGTERM'));
  const resume = () => startAll(distinct);
  await resume();

  const addresses = byService((name) => `127.0.0.1:${ports[name].grpc}`);
  const settings = processSettingsFrom(environment);
  const operator = cleanup.use(operatorClients(settings, (service) => addresses[service]));
  const control = controlPlaneOf(operator);
  const seeded = await seedConstellation(control, home, o.served);
  const httpUrl = `http://127.0.0.1:${ports.router.http}`;
  const aliases = Object.keys(seeded.deployments);
  await waitForModels({ httpUrl, key: seeded.admin.secret, aliases }, READY_WITHIN_MS);
  const open = cleanup.move();
  return {
    home,
    environment,
    httpUrl,
    addresses,
    seeded,
    operator,
    control,
    processOf: (service) => processes[service],
    pids: () => distinct.flatMap(({ pid, isRunning }) => (pid !== undefined && isRunning ? [pid] : [])),
    halt,
    resume,
    clientsWith: (apiKey) => open.use(clientWithKey(settings, apiKey, (service) => addresses[service])),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function environmentOf(home: Home, prefix: string, more: Environment): Promise<Environment> {
  const { PATH, DATABASE_URL = '', KAFKA_BROKERS = '' } = { ...process.env, ...more };
  return serviceEnvironment({
    home,
    databaseUrl: DATABASE_URL,
    kafkaBrokers: KAFKA_BROKERS,
    given: {
      PATH,
      WEIR_SCHEMA_PREFIX: `${prefix}_`,
      WEIR_TOPIC_PREFIX: `${prefix}-`,
      WEIR_LOG_LEVEL: 'warn',
      WEIR_DRAIN_SECONDS: '5',
      ...more,
    },
  });
}

interface Plan {
  readonly ports: Readonly<Record<ServiceName, PortPair>>;
  readonly processes: Readonly<Record<ServiceName, ServiceProcess>>;
}

async function plan(form: ConstellationOptions['form'], environment: Environment, home: Home): Promise<Plan> {
  const numbers = await freePorts(2 * SERVICE_NAMES.length);
  const next = (): PortPair => ({ http: numbers.pop() ?? 0, grpc: numbers.pop() ?? 0 });
  if (form === 'apart') {
    const ports = byService(next);
    return { ports, processes: serviceProcesses(ports, environment, home.logs) };
  }
  const pair = next();
  const ports = byService(() => pair);
  const all = new ServiceProcess({
    name: 'weir',
    environment: {
      ...environment,
      ...addressVariables(ports),
      WEIR_SERVICES: 'all',
      WEIR_HTTP_PORT: String(pair.http),
      WEIR_GRPC_PORT: String(pair.grpc),
    },
    httpUrl: `http://127.0.0.1:${pair.http}`,
    logFile: join(home.logs, 'weir.log'),
  });
  return { ports, processes: byService(() => all) };
}

async function startAll(processes: readonly ServiceProcess[]): Promise<void> {
  const gone = processes.filter((process) => !process.isRunning);
  await Promise.all(gone.map((process) => process.start()));
  await Promise.all(processes.map((process) => process.ready(READY_WITHIN_MS)));
}

async function end(processes: readonly ServiceProcess[], signal: NodeJS.Signals): Promise<void> {
  await Promise.all(
    processes.map(async (process) => {
      process.kill(signal);
      await process.ended;
    }),
  );
}

function byService<T>(of: (service: ServiceName) => T): Record<ServiceName, T> {
  return Object.fromEntries(SERVICE_NAMES.map((name) => [name, of(name)] as const)) as Record<ServiceName, T>;
}
