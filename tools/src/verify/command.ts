import { spawn } from 'node:child_process';
import { once } from 'node:events';

const KEPT = 20_000;

export interface CommandResult {
  readonly passed: boolean;
  /** The end of what it wrote, both streams in order. */
  readonly output: string;
}

/** Runs a program of node_modules/.bin to its end. It fails by its exit status, never by an exception. */
export async function runCommand(
  root: string,
  name: string,
  args: readonly string[],
  cwd = root,
): Promise<CommandResult> {
  const child = spawn(`${root}/node_modules/.bin/${name}`, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-KEPT);
    });
  }
  try {
    const [status] = (await once(child, 'close')) as [number | null];
    return { passed: status === 0, output };
  } catch (error) {
    return { passed: false, output: String(error) };
  }
}
