import type { Home } from '../home/folder.js';
import { secretAt } from '../home/private-file.js';
import { join } from 'node:path';
import { kafkaJars } from './kafka-jars.js';
import { startKafka } from './kafka.js';
import { endLeftover } from './leftover.js';
import { requireFreePort } from './ports.js';
import { startPostgres } from './postgres.js';

export interface InfrastructureOptions {
  readonly home: Home;
  /** Folder of the jars when it is not the home's own. */
  readonly jars?: string;
  readonly postgresPort: number;
  readonly kafkaPort: number;
  readonly durable: boolean;
  /** Given from outside; then nothing of that kind is started. */
  readonly databaseUrl?: string;
  readonly kafkaBrokers?: string;
}

export interface Infrastructure extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly kafkaBrokers: string;
  /** Settles when an embedded server ends that nobody stopped, with its name. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

/** Ends what a killed start left behind and checks the ports; nothing is written before this passed. */
export async function requirePorts(o: InfrastructureOptions): Promise<void> {
  const { home, databaseUrl, kafkaBrokers } = o;
  await endLeftover({ pidFile: join(home.postgres, 'postgres.pid'), mark: home.postgres, signal: 'SIGINT' });
  await endLeftover({ pidFile: join(home.kafka, 'kafka.pid'), mark: home.kafka, signal: 'SIGTERM' });
  if (!databaseUrl) await requireFreePort(o.postgresPort, 'PostgreSQL', 'WEIR_POSTGRES_PORT');
  if (!kafkaBrokers) await requireFreePort(o.kafkaPort, 'Kafka', 'WEIR_KAFKA_PORT');
}

/** The embedded PostgreSQL and Kafka, each unless one was given. Stopping is in good order and waits until both are gone. */
export async function startInfrastructure(o: InfrastructureOptions): Promise<Infrastructure> {
  const [postgres, kafka] = await Promise.allSettled([postgresOf(o), kafkaOf(o)]);
  const servers = [postgres, kafka].flatMap((started) =>
    started.status === 'fulfilled' ? [started.value.server] : [],
  );
  const stop = async () => void (await Promise.all(servers.map((server) => server?.stop())));
  if (postgres.status === 'rejected' || kafka.status === 'rejected') {
    await stop();
    throw postgres.status === 'rejected' ? postgres.reason : kafka.status === 'rejected' ? kafka.reason : undefined;
  }
  let stopping = false;
  const lost = new Promise<string>((resolve) => {
    for (const server of servers) void server?.ended.then(() => stopping || resolve(server.name));
  });
  const stopKnown = () => {
    stopping = true;
    return stop();
  };
  return {
    databaseUrl: postgres.value.address,
    kafkaBrokers: kafka.value.address,
    lost,
    stop: stopKnown,
    [Symbol.asyncDispose]: stopKnown,
  };
}

async function postgresOf(o: InfrastructureOptions) {
  if (o.databaseUrl) return { address: o.databaseUrl, server: undefined };
  const password = await secretAt(join(o.home.secrets, 'postgres'));
  const postgres = await startPostgres({
    directory: o.home.postgres,
    port: o.postgresPort,
    password,
    durable: o.durable,
  });
  return { address: postgres.url, server: postgres.leash };
}

async function kafkaOf(o: InfrastructureOptions) {
  if (o.kafkaBrokers) return { address: o.kafkaBrokers, server: undefined };
  const jars = await kafkaJars(o.jars ?? o.home.kafkaJars);
  const server = await startKafka({ directory: o.home.kafka, jars, port: o.kafkaPort });
  return { address: `127.0.0.1:${o.kafkaPort}`, server };
}
