import { drained } from '@weir/bootstrap';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

type Response = Pick<ServerResponse, 'writeHead' | 'write' | 'end' | 'once' | 'off' | 'destroyed'>;

/** An answer that leaves piece by piece, no faster than its reader takes it. */
export class AnswerStream {
  readonly #response: Response;
  readonly #open: () => void;
  #started = false;

  constructor(response: Response, open: () => void) {
    this.#response = response;
    this.#open = open;
  }

  /** Takes the response over from the framework with its first piece, so that errors before have a status. */
  static of(reply: FastifyReply, contentType: string): AnswerStream {
    return new AnswerStream(reply.raw, () => {
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        'content-type': contentType,
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
    });
  }

  /** True once the status has left, so that an error can only be a piece. */
  get started(): boolean {
    return this.#started;
  }

  /** Sends the status and the headers, once. */
  begin(): void {
    if (this.#started) return;
    this.#started = true;
    this.#open();
  }

  /** Resolves when there is room for more, or when nobody reads any more. */
  async send(text: string): Promise<void> {
    this.begin();
    const response = this.#response;
    // Between two pieces of a long text other requests have their turn.
    if (response.destroyed || response.write(text)) return void (await nextTurn());
    await drained(response);
  }

  end(): void {
    this.begin();
    if (!this.#response.destroyed) this.#response.end();
  }
}
