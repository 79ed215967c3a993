import { fork } from 'node:child_process';
import { join } from 'node:path';
import { WeirError } from '@weir/errors';
import { AsyncQueue } from '@weir/resilience';
import type { Logger } from '@weir/telemetry';
import type { MeasureJob, MeasureMessage } from '../../engine/src/measure/measure-protocol.js';

export interface MeasureChildOptions {
  /** Folder of the engine package. */
  readonly directory: string;
  readonly job: MeasureJob;
  /** No chunk for so long means that it hangs. */
  readonly stallMs: number;
  readonly logger: Logger;
}

export type MeasureProgress = Extract<MeasureMessage, { kind: 'started' | 'chunk' }>;

const MOST_UNREAD = 4_096;
const MOST_LOGGED = 2_000;

/**
 * Compares two models in a process of their own, which lives as long as the iteration.
 * @throws WeirError `insufficient_memory`, `invalid_request` (vocabularies differ, no text), `engine_failed` (it died or hung), `cancelled`
 */
export async function* measureInChild(
  { directory, job, stallMs, logger }: MeasureChildOptions,
  signal: AbortSignal,
): AsyncGenerator<MeasureProgress> {
  const unread = new AsyncQueue<MeasureProgress>({ maxItems: MOST_UNREAD });
  const child = fork(join(directory, 'dist', 'measure-main.js'), [], {
    // Nothing of the service's environment: as with engines.
    env: { UV_THREADPOOL_SIZE: '4' },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const fail = (code: 'engine_failed' | 'cancelled', message: string) => unread.fail(new WeirError(code, message));
  const stalled = () => fail('engine_failed', `The measuring process made no progress for ${stallMs} ms.`);
  let watch = setTimeout(stalled, stallMs);
  child.on('message', (message: MeasureMessage) => {
    watch = restarted(watch, stalled, stallMs);
    if (message.kind === 'ended') unread.end();
    else if (message.kind === 'failed') unread.fail(asError(message.failure));
    else if (!unread.push(message)) fail('engine_failed', 'Nobody reads what is measured.');
  });
  child.once('error', (error) => unread.fail(new WeirError('engine_failed', error.message, { cause: error })));
  child.once('exit', (code, by) => fail('engine_failed', `The measuring process ended (${by ?? `code ${code}`}).`));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => logger.warn({ engine: text.slice(0, MOST_LOGGED) }, 'measuring output'));
  }
  const leave = () => fail('cancelled', 'The measurement was cancelled.');
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    child.send(job, () => undefined);
    yield* unread;
  } finally {
    clearTimeout(watch);
    signal.removeEventListener('abort', leave);
    child.kill('SIGKILL');
  }
}

function restarted(timer: NodeJS.Timeout, listener: () => void, ms: number): NodeJS.Timeout {
  clearTimeout(timer);
  return setTimeout(listener, ms);
}

function asError({ code, message, param, details }: Extract<MeasureMessage, { kind: 'failed' }>['failure']): WeirError {
  return new WeirError(code, message, { details, ...(param ? { param } : {}) });
}
