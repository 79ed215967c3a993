import type { ServerResponse } from 'node:http';
import { sleep } from '@weir/resilience';
import type { Answer } from './answer.js';
import type { Behaviour, Failure } from './behaviour.js';
import { dataLine, DONE_LINE, errorBody, plainBody, streamLines, type WireContext } from './wire.js';

const HUGE_LINE_PIECE = 'x'.repeat(65_536);

export interface ExchangeParts {
  readonly context: WireContext;
  readonly answer: Answer;
  readonly behaviour: Behaviour;
  readonly failure: Failure | undefined;
  readonly response: ServerResponse;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
  readonly onChunk: () => void;
}

/** One answer on its way to the caller, as it should be or as it is told to fail. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #answer: Answer;
  #chunks = 0;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#answer = spoilt(parts.answer, parts.failure);
  }

  async run(isStream: boolean): Promise<void> {
    const { failure, response } = this.#parts;
    if (failure?.kind === 'status') {
      return sendJson(response, failure.status, failure.body ?? madeToFail(), failure.headers);
    }
    if (failure?.kind === 'endless_headers') return this.#pourHeaders(failure.everyMs);
    await (isStream && failure?.kind !== 'whole' ? this.#stream() : this.#whole());
  }

  async #whole(): Promise<void> {
    const { context, behaviour, failure, response, signal, onChunk } = this.#parts;
    const gaps = behaviour.gapMs * Math.max(0, this.#answer.tokens.length - 1);
    await pause(this.#ttftMs + gaps, signal);
    if (failure?.kind === 'stall') await forever(signal);
    if (failure?.kind === 'cut') return void response.destroy();
    if (failure?.kind === 'garbage') {
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{');
    }
    if (failure?.kind === 'error_event') return sendJson(response, 200, failure.body ?? madeToFail());
    for (const _ of this.#answer.tokens) onChunk();
    sendJson(response, 200, plainBody(context, this.#answer));
  }

  async #stream(): Promise<void> {
    const { context, behaviour, failure, response, signal, onChunk } = this.#parts;
    const lines = streamLines(context, this.#answer);
    await pause(this.#ttftMs, signal);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    if (failure?.kind === 'error_event') return void response.end(dataLine(failure.body ?? madeToFail()));
    if (lines.role) response.write(lines.role);
    for (const line of lines.content) {
      if (this.#chunks > 0) await pause(behaviour.gapMs, signal);
      if (await this.#failHere()) return;
      response.write(line);
      this.#chunks++;
      onChunk();
    }
    if (await this.#failHere()) return;
    response.end(lines.finish + (lines.usage ?? '') + DONE_LINE);
  }

  /** True when the stream ended here. */
  async #failHere(): Promise<boolean> {
    const { response, failure, signal } = this.#parts;
    if (!failure || !('afterChunks' in failure) || this.#chunks < failure.afterChunks) return false;
    if (failure.kind === 'stall') await forever(signal);
    if (failure.kind === 'huge_line') await this.#pourLine();
    else if (failure.kind === 'garbage') response.end('data: {"choices": [\n\n');
    // What was written before must reach the caller, so that exactly the rest is missing.
    else response.write('', () => response.destroy());
    return true;
  }

  async #pourLine(): Promise<void> {
    const { response, signal } = this.#parts;
    response.write('data: ');
    while (!signal.aborted) {
      if (!response.write(HUGE_LINE_PIECE)) await pause(1, signal);
    }
  }

  async #pourHeaders(everyMs: number): Promise<void> {
    const { response, signal } = this.#parts;
    response.socket?.write('HTTP/1.1 200 OK\r\n');
    for (let line = 0; !signal.aborted; line++) {
      response.socket?.write(`x-line-${line}: ${'x'.repeat(64)}\r\n`);
      await sleep(everyMs, signal);
    }
  }

  get #ttftMs(): number {
    const { failure, behaviour } = this.#parts;
    return failure?.kind === 'slow' ? failure.ttftMs : behaviour.ttftMs;
  }
}

function spoilt(answer: Answer, failure: Failure | undefined): Answer {
  if (failure?.kind === 'usage') return { ...answer, usage: failure.usage as Answer['usage'] };
  return failure?.kind === 'finish' ? { ...answer, finishReason: failure.reason } : answer;
}

const madeToFail = (): object => errorBody('made to fail', 'made_to_fail');

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, signal);
}

/** Until the caller leaves. */
function forever(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
