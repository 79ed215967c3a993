import { chown } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { run } from '../run.js';
import { SetupError, messageOf } from '../setup-error.js';

const USER = 'postgres';

/** The user that PostgreSQL runs as: it refuses to run as root. */
export interface PostgresUser {
  /** Put before each command of PostgreSQL. */
  readonly prefix: readonly string[];
  /** Gives a file or folder to that user. */
  own(path: string): Promise<void>;
}

/**
 * Everybody but root runs PostgreSQL as themselves. Root lends it the user `postgres`, made when it is missing, and where that
 * user may not enter the folders on the way (`/root` is closed to others) also the capability to pass them.
 */
export async function postgresUser(paths: readonly string[]): Promise<PostgresUser> {
  if (userInfo().uid !== 0) return { prefix: [], own: async () => {} };
  const uid = await idOf('-u').catch(createUser);
  const gid = await idOf('-g');
  const change = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const prefix = (await mayEnter(change, paths))
    ? change
    : [...change, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { prefix, own: (path) => chown(path, uid, gid) };
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number.parseInt(await run('id', [flag, USER]), 10);
}

async function createUser(): Promise<number> {
  try {
    await run('groupadd', ['--system', USER]);
    await run('useradd', ['--system', '--gid', USER, '--no-create-home', USER]);
    return await idOf('-u');
  } catch (error) {
    throw new SetupError(
      `PostgreSQL cannot run as root and the user "${USER}" could not be made (${messageOf(error)}): start as another user, or set DATABASE_URL.`,
    );
  }
}

async function mayEnter(change: readonly string[], paths: readonly string[]): Promise<boolean> {
  const [command = '', ...args] = change;
  const all = paths.map((path) => run(command, [...args, 'test', '-r', path]));
  return Promise.all(all).then(
    () => true,
    () => false,
  );
}
