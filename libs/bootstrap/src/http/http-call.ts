import type { Principal } from '@weir/grpc';
import type { Span, TraceContext } from '@weir/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** One HTTP request as handlers see it, from its first byte to the end of its answer. */
export interface HttpCall {
  readonly requestId: string;
  /** Span of this request; onward calls are its children. */
  readonly trace: TraceContext;
  /** Aborts when the client leaves before the answer ended. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Same instant on the monotonic clock of the source, for durations. */
  readonly startedMonotonic: number;
  /** Absent on public routes. */
  readonly principal: Principal | undefined;
}

/** The call of one request, with what only the door may do with it. */
export class RequestCall implements HttpCall {
  readonly #reply: FastifyReply;
  #controller: AbortController | undefined;
  #left = false;
  /** Why the request failed, for its span. */
  error: unknown;
  principal: Principal | undefined;

  constructor(
    reply: FastifyReply,
    readonly requestId: string,
    readonly span: Span,
    readonly startedAt: number,
    readonly startedMonotonic: number,
  ) {
    this.#reply = reply;
  }

  get trace(): TraceContext {
    return this.span.context;
  }

  /** Made on first use: most requests never ask for it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#left) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** The response's stream closed. True when the client left before the answer was complete. */
  closed(): boolean {
    this.#left = !this.#reply.raw.writableFinished;
    if (this.#left) this.#controller?.abort();
    return this.#left;
  }
}

const CALL: unique symbol = Symbol('weir.call');

type WithCall = FastifyRequest & { [CALL]?: RequestCall };

export function attachCall(request: FastifyRequest, call: RequestCall): void {
  (request as WithCall)[CALL] = call;
}

/** Undefined only for requests that failed before any hook ran, such as those with a malformed URL. */
export function callOf(request: FastifyRequest): RequestCall | undefined {
  return (request as WithCall)[CALL];
}
