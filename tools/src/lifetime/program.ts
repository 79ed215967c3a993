import { WeirError } from '@weir/errors';
import { Lifetime } from './lifetime.js';
import { SetupError } from '../setup-error.js';

/** A leak must not keep a program that has closed everything; what is still open after this is cut. */
const EXIT_GRACE_MS = 2_000;

/**
 * Runs a program to its end and sets the exit status: what `main` returns, 0 after Ctrl-C or SIGTERM, 1 and one line on a
 * problem with a known fix.
 */
export async function runProgram(main: (lifetime: Lifetime) => Promise<number>): Promise<void> {
  using lifetime = new Lifetime();
  process.exitCode = await main(lifetime).catch((error: unknown) => statusOf(error, lifetime));
  setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
  if (process.connected) process.disconnect();
}

function statusOf(error: unknown, lifetime: Lifetime): number {
  if (lifetime.signal.aborted && isAbort(error)) return 0;
  if (error instanceof SetupError || error instanceof WeirError) process.stderr.write(`weir: ${error.message}\n`);
  else console.error(error);
  return 1;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
