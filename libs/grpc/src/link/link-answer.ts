import { asWeirError } from '@weir/errors';
import type { Arrival, Asked, MessageForm } from '../server/arrival.js';
import type { Pipeline } from '../server/pipeline.js';
import type { ServerCall } from '../server/server-call.js';
import type { CallFlow } from './call-flow.js';
import type { FrameWriter } from './frame-writer.js';
import { ANSWER_HEADERS, ANSWER_TRAILERS, answerMetadata, errorStatus, OK_STATUS } from './link-wire.js';

/** Runs one call of a link and writes what it answers. */
export class LinkAnswer {
  readonly #flow: CallFlow;
  readonly #call: ServerCall;
  readonly #writer: FrameWriter;
  #headersSent = false;

  constructor(flow: CallFlow, call: ServerCall, writer: FrameWriter) {
    this.#flow = flow;
    this.#call = call;
    this.#writer = writer;
  }

  /** Never rejects: a failure becomes the call's status. */
  async run(pipeline: Pipeline, arrival: Arrival, form: MessageForm): Promise<void> {
    const { method } = this.#call;
    const asked: Asked = method.requestStream
      ? { form, messages: () => this.#flow.inbox }
      : { form, message: () => this.#firstMessage() };
    try {
      if (method.responseStream) await this.#sendAll(pipeline.stream(this.#call, arrival, asked));
      else this.#send(await pipeline.single(this.#call, arrival, asked));
      this.#finish(OK_STATUS);
    } catch (error) {
      this.#finish(errorStatus(asWeirError(error)));
    }
  }

  async #sendAll(answers: AsyncIterator<unknown>): Promise<void> {
    for (;;) {
      const step = await answers.next();
      if (step.done) return;
      this.#send(step.value);
      // While the reader is slow the handler is not asked for more; after a cancellation the next step reports it.
      if (!this.#flow.hasRoom) await this.#flow.room();
    }
  }

  #send(message: unknown): void {
    this.#sendHeaders();
    this.#flow.send(message as Buffer);
  }

  #finish(status: typeof OK_STATUS): void {
    this.#sendHeaders();
    const { trailers } = this.#call;
    if (trailers?.size) this.#writer.push(this.#flow.id, answerMetadata(ANSWER_TRAILERS, trailers));
    this.#writer.push(this.#flow.id, status);
  }

  #sendHeaders(): void {
    if (this.#headersSent) return;
    this.#headersSent = true;
    const { headers } = this.#call;
    if (headers?.size) this.#writer.push(this.#flow.id, answerMetadata(ANSWER_HEADERS, headers));
  }

  async #firstMessage(): Promise<Buffer | undefined> {
    const step = await this.#flow.inbox.next();
    return step.done ? undefined : step.value;
  }
}
