import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { run } from '../run.js';
import { newClusterId } from './cluster-id.js';
import { Leash } from './leash.js';
import { endLeftover } from './leftover.js';
import { freePorts } from './ports.js';

const READY_WITHIN_MS = 60_000;
const METADATA_REQUEST = 3;

export interface KafkaOptions {
  /** Folder of data, log and pid file. */
  readonly directory: string;
  /** Folder of the jars. */
  readonly jars: string;
  readonly port: number;
}

/** One KRaft node, broker and controller in one JVM, on loopback only. Data stays in its folder. */
export async function startKafka(o: KafkaOptions): Promise<Leash> {
  const { directory, jars, port } = o;
  const data = join(directory, 'data');
  const properties = join(directory, 'server.properties');
  const pidFile = join(directory, 'kafka.pid');
  await mkdir(directory, { recursive: true });
  await endLeftover({ pidFile, mark: properties, signal: 'SIGTERM' });
  const [controllerPort = 0] = await freePorts(1);
  await writeFile(properties, serverProperties({ data, port, controllerPort }));
  await formatOnce({ directory, data, jars, controllerPort });
  const leash = await Leash.start({
    name: 'Kafka',
    command: java(jars, ['-Xms256m', '-Xmx512m'], 'kafka.Kafka', properties),
    environment: javaEnvironment(),
    directory,
    pidFile,
    logFile: join(directory, 'kafka.log'),
    signal: 'TERM',
    graceSeconds: 15,
  });
  await leash.ready(() => hasBroker(port), READY_WITHIN_MS);
  return leash;
}

/** Formats into another folder first: a data folder with its own name is always whole. */
async function formatOnce(o: { directory: string; data: string; jars: string; controllerPort: number }): Promise<void> {
  const { directory, data, jars, controllerPort } = o;
  if (await exists(join(data, 'meta.properties'))) return;
  const partial = `${data}.partial`;
  const properties = join(directory, 'format.properties');
  await rm(partial, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
  await writeFile(properties, serverProperties({ data: partial, port: 0, controllerPort }));
  const [command = 'java', ...args] = java(
    jars,
    ['-Xmx128m'],
    'kafka.tools.StorageTool',
    'format',
    '-t',
    newClusterId(),
    '-c',
    properties,
    '--standalone',
  );
  await run(command, args, { env: javaEnvironment() });
  await rename(partial, data);
  await rm(properties);
}

/** For one node and small topics: single-copy internal topics, few partitions, no wait before the first rebalance. */
function serverProperties(o: { data: string; port: number; controllerPort: number }): string {
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${o.controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${o.port},CONTROLLER://127.0.0.1:${o.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${o.port},CONTROLLER://127.0.0.1:${o.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': o.data,
    'auto.create.topics.enable': false,
    'num.partitions': 3,
    'offsets.topic.num.partitions': 3,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    'log.segment.bytes': 67_108_864,
    'controlled.shutdown.enable': true,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function java(jars: string, jvm: readonly string[], ...program: readonly string[]): string[] {
  return [
    'java',
    ...jvm,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    '-cp',
    join(jars, '*'),
    ...program,
  ];
}

function javaEnvironment(): Record<string, string> {
  const { PATH = '', JAVA_HOME } = process.env;
  return JAVA_HOME ? { PATH: `${join(JAVA_HOME, 'bin')}:${PATH}`, JAVA_HOME } : { PATH };
}

/** Asks for the cluster's metadata: a broker is listed there only after it was admitted by the controller. */
export function hasBroker(port: number): Promise<boolean> {
  const clientId = Buffer.from('weir-setup');
  const body = Buffer.alloc(10 + clientId.length + 4);
  body.writeInt16BE(METADATA_REQUEST, 0);
  body.writeInt16BE(1, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(clientId.length, 8);
  clientId.copy(body, 10);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write(Buffer.concat([size, body])));
    let answer = Buffer.alloc(0);
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      if (answer.length < 12) return;
      resolve(answer.readInt32BE(8) > 0);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
