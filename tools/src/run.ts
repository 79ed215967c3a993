import { spawn } from 'node:child_process';
import { once } from 'node:events';

const KEPT_OUTPUT = 4_000;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end and returns what it wrote to stdout.
 * @throws Error with the last lines of its output when it cannot be started or its exit status is not 0
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    signal: options.signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    tail = (tail + text).slice(-KEPT_OUTPUT);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-KEPT_OUTPUT);
  });
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (status !== 0) throw new Error(`${command} ended with ${signal ?? status}: ${lastLines(tail)}`);
  return out;
}

function lastLines(text: string): string {
  return text.trim().split('\n').filter(Boolean).slice(-4).join(' | ') || 'it wrote nothing';
}
