import { readFile } from 'node:fs/promises';

/** What `npm start` and `npm run services` tell about what they run, in `running.json` of WEIR_HOME. */
export interface Running {
  readonly pid: number;
  readonly kafkaBrokers: string;
  readonly httpUrl: string;
  /** host:port of each service's gRPC server. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Undefined when nothing runs from there, also after a kill that left the file behind. */
export async function readRunning(path: string): Promise<Running | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const running = text === undefined ? undefined : parseRunning(text);
  return running && isAlive(running.pid) ? running : undefined;
}

export function parseRunning(text: string): Running | undefined {
  try {
    const { pid, kafkaBrokers, httpUrl, addresses } = JSON.parse(text) as Partial<Running>;
    if (!Number.isSafeInteger(pid) || !pid || !kafkaBrokers || !httpUrl || !addresses) return undefined;
    return { pid, kafkaBrokers, httpUrl, addresses };
  } catch {
    return undefined;
  }
}

/** A process of another user cannot be signalled, and is alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
