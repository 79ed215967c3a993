import { rm } from 'node:fs/promises';
import { isAlive } from '../embedded/leftover.js';
import { readPrivate, writePrivate } from './private-file.js';

/** What a running start tells the other commands: it holds the database's password, so only the owner may read it. */
export interface Running {
  readonly pid: number;
  readonly databaseUrl: string;
  readonly kafkaBrokers: string;
  readonly httpUrl: string;
  /** host:port of the gRPC server of each service. */
  readonly addresses: Readonly<Record<string, string>>;
}

export async function tellRunning(path: string, facts: Running): Promise<AsyncDisposable> {
  await writePrivate(path, JSON.stringify(facts));
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Undefined when nothing runs, also after a kill that left the file behind. */
export async function whatRuns(path: string): Promise<Running | undefined> {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  const facts = parsed(text);
  return facts && isAlive(facts.pid) ? facts : undefined;
}

function parsed(text: string): Running | undefined {
  try {
    const facts = JSON.parse(text) as Partial<Running>;
    const { pid, databaseUrl, kafkaBrokers, httpUrl, addresses } = facts;
    if (!Number.isSafeInteger(pid) || !databaseUrl || !kafkaBrokers || !httpUrl || !addresses) return undefined;
    return facts as Running;
  } catch {
    return undefined;
  }
}
