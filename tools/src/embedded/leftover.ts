import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SetupError } from '../setup-error.js';

const POLL_MS = 100;

/** Whether a process with this id exists (also one of another user). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Waits until the process is gone; false when it is still there after `timeoutMs`. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** The pid in a pid file, when that process lives and its command line holds `mark`; ids of dead servers get reused by others. */
export async function livingPid(pidFile: string, mark: string): Promise<number | undefined> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (!(pid > 1) || !isAlive(pid)) return undefined;
  return (await commandLineOf(pid)).includes(mark) ? pid : undefined;
}

/**
 * Ends a server that an earlier, killed start left behind: first waits for its leash, then signals it itself.
 * @throws SetupError when it does not end
 */
export async function endLeftover(o: {
  readonly pidFile: string;
  readonly mark: string;
  readonly signal: NodeJS.Signals;
  readonly patienceMs?: number;
}): Promise<void> {
  const { pidFile, mark, signal, patienceMs = 5_000 } = o;
  const pid = await livingPid(pidFile, mark);
  if (pid !== undefined && !(await waitForEnd(pid, patienceMs))) {
    for (const next of [signal, 'SIGKILL'] as const) {
      process.kill(pid, next);
      if (await waitForEnd(pid, 10_000)) break;
    }
    if (isAlive(pid)) throw new SetupError(`Process ${pid} of an earlier start does not end: kill it and start again.`);
  }
  await rm(pidFile, { force: true });
}

async function commandLineOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (fromProc !== undefined) return fromProc.replaceAll('\0', ' ');
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout;
}
