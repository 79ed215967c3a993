import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { messageOf, SetupError } from '../setup-error.js';

const POLL_MS = 100;

/**
 * Waits until the process says that it is ready.
 * @throws SetupError with what it still waits for after `timeoutMs`
 */
export async function waitUntilReady(httpUrl: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    const problem = await notReadyBecause(`${httpUrl}/readyz`);
    if (problem === undefined) return;
    if (performance.now() > deadline)
      throw new SetupError(`${httpUrl} was not ready after ${timeoutMs / 1000} s: ${problem}`);
    await delay(POLL_MS, undefined, { signal });
  }
}

async function notReadyBecause(url: string): Promise<string | undefined> {
  try {
    const { statusCode, body } = await request(url, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    const text = await body.text();
    return statusCode === 200 ? undefined : text;
  } catch (error) {
    return messageOf(error);
  }
}
