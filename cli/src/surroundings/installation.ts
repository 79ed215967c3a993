import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readSettings, systemSource, type ServiceName } from '@weir/config';
import { Mesh, RpcClients } from '@weir/grpc';
import { createLogger, Metrics } from '@weir/telemetry';
import { CliError } from '../cli-error.js';
import { cliSettings } from './cli.config.js';
import { readRunning } from './running.js';

export type Environment = Readonly<Record<string, string | undefined>>;
export type KeyName = 'admin' | 'demo';

/** Where an installation of Weir is and with which keys to call it. */
export interface Installation {
  /** Folder of its state (WEIR_HOME). */
  readonly home: string;
  /** Base URL of the router's HTTP door. */
  readonly httpUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly topicPrefix: string;
  readonly topicReplication: number;
  readonly tlsDirectory: string;
  /** WEIR_MESH_SECRET; empty = it is in the folder of secrets. */
  readonly meshSecret: string;
  /** host:port of a service's gRPC server. */
  addressOf(service: ServiceName): string;
  /** Path of the file that holds a key. */
  keyFile(name: KeyName): string;
}

/**
 * What runs from WEIR_HOME on this machine; without that, what the variables name.
 * @throws CliError for a variable with a wrong value
 */
export async function findInstallation(env?: Environment): Promise<Installation> {
  const read = readSettings(cliSettings, env);
  if (!read.ok) throw new CliError(read.problems.map(({ env: name, message }) => `${name}: ${message}`).join('; '));
  const settings = read.values;
  const home = resolve(settings.home);
  const running = await readRunning(join(home, 'running.json'));
  const { host, httpPort, grpcPort, topicPrefix, topicReplication, tlsDirectory, meshSecret } = settings;
  return {
    home,
    httpUrl: running?.httpUrl ?? `http://${host}:${httpPort}`,
    kafkaBrokers: running?.kafkaBrokers.split(',') ?? settings.kafkaBrokers,
    topicPrefix,
    topicReplication,
    tlsDirectory,
    meshSecret,
    addressOf: (service) => running?.addresses[service] || settings[`${service}Addr`] || `${host}:${grpcPort}`,
    keyFile: (name) => join(home, 'keys', name),
  };
}

/** @throws CliError when there is no such key */
export async function readKey(installation: Installation, name: KeyName): Promise<string> {
  const path = installation.keyFile(name);
  const text = await readFile(path, 'utf8').catch(() => '');
  const key = text.trim();
  if (!key) throw new CliError(`There is no key in ${path}: start Weir with \`npm start\`, or set WEIR_HOME.`);
  return key;
}

/**
 * Typed clients that call as the operator of the machine, who alone may name its files. Dispose them.
 * @throws CliError when the secret that proves it cannot be read
 */
export async function operatorClients(installation: Installation): Promise<RpcClients> {
  const path = join(installation.home, 'secrets', 'mesh');
  const secret = installation.meshSecret || (await readFile(path, 'utf8').catch(() => '')).trim();
  if (!secret) throw new CliError(`There is no secret in ${path}: only the operator of this machine may do this.`);
  return connect(installation, { self: 'operator' }, secret);
}

/** Typed clients that call as the owner of a key, over plain gRPC. Dispose them. */
export async function clientsWith(installation: Installation, name: KeyName): Promise<RpcClients> {
  // An application proves itself by its key; the secret of the mesh is none of its business.
  return connect(installation, { self: 'client', apiKey: await readKey(installation, name), transport: 'native' }, '');
}

type Caller =
  { readonly self: 'operator' } | { readonly self: 'client'; readonly apiKey: string; readonly transport: 'native' };

function connect(installation: Installation, caller: Caller, secret: string): RpcClients {
  const { tlsDirectory } = installation;
  const source = systemSource;
  return new RpcClients({
    ...caller,
    binding: 'grpc',
    addressOf: (service) => installation.addressOf(service),
    mesh: new Mesh({ secret, tlsDirectory, source }),
    logger: createLogger({ level: 'silent' }),
    metrics: new Metrics(),
    source,
  });
}
