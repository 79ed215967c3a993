import { sleep } from '@weir/resilience';
import { CliError } from '../cli-error.js';

const POLL_MS = 50;

/**
 * Looks until there is something.
 * @throws CliError that names what did not come within `timeoutMs`
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs: number,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new CliError(`Waited ${timeoutMs / 1000} s for: ${what}.`);
    await sleep(POLL_MS);
  }
}
