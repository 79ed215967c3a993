import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { Span, TraceContext } from '@weir/telemetry';
import type { CallContext, PeerIdentity, Principal } from '../rpc/call.js';
import { AnswerMetadata } from '../wire/metadata.js';
import type { ServedMethod } from './served-method.js';

const MAX_TIMER_MS = 0x7fff_ffff;
const ANONYMOUS: PeerIdentity = { kind: 'client' };

export interface ServerCallOptions {
  readonly method: ServedMethod;
  readonly source: Source;
  readonly requestId: string;
  readonly trace: TraceContext | undefined;
  readonly span: Span | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly deadline: number | undefined;
  /** Longest time without a message; undefined = unbounded. */
  readonly idleMs: number | undefined;
}

/** One call that this process serves, from its arrival to its end. Its parts are made when they are first asked for. */
export class ServerCall implements CallContext {
  readonly method: ServedMethod;
  readonly requestId: string;
  readonly trace: TraceContext | undefined;
  readonly span: Span | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly deadline: number | undefined;
  readonly startedAt: number;
  peer: PeerIdentity = ANONYMOUS;
  principal: Principal | undefined;
  readonly #source: Source;
  readonly #waiting = new Set<(reason: WeirError) => void>();
  #controller: AbortController | undefined;
  #headers: AnswerMetadata | undefined;
  #trailers: AnswerMetadata | undefined;
  #failure: WeirError | undefined;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;
  #lastMessageAt: number;

  constructor(options: ServerCallOptions) {
    this.method = options.method;
    this.requestId = options.requestId;
    this.trace = options.trace;
    this.span = options.span;
    this.metadata = options.metadata;
    this.deadline = options.deadline;
    this.#source = options.source;
    this.startedAt = options.source.monotonic();
    this.#lastMessageAt = this.startedAt;
    if (options.deadline !== undefined) this.#armDeadline(options.deadline);
    else if (options.idleMs !== undefined) this.#armIdle(options.idleMs, options.idleMs);
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#failure) this.#controller.abort(this.#failure);
    }
    return this.#controller.signal;
  }

  get responseHeaders(): Map<string, string> {
    return (this.#headers ??= new AnswerMetadata());
  }

  get responseTrailers(): Map<string, string> {
    return (this.#trailers ??= new AnswerMetadata());
  }

  /** The trailers if the handler set any. */
  get trailers(): ReadonlyMap<string, string> | undefined {
    return this.#trailers;
  }

  get headers(): ReadonlyMap<string, string> | undefined {
    return this.#headers;
  }

  get failure(): WeirError | undefined {
    return this.#failure;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Nobody waits for the answer any more: wakes what waits in this call and aborts its signal. The first reason stays. */
  cancel(reason: WeirError): void {
    if (this.#ended || this.#failure) return;
    this.#failure = reason;
    clearTimeout(this.#timer);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake(reason);
    this.#controller?.abort(reason);
  }

  /** What the promise becomes, or the reason of a cancellation when that comes first. */
  race<T>(promise: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failure) reject(this.#failure);
      else this.#waiting.add(reject);
      promise.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          reject(error);
        },
      );
    });
  }

  /** A message passed in either direction. */
  touch(): void {
    this.#lastMessageAt = this.#source.monotonic();
  }

  /** True the first time. */
  end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    clearTimeout(this.#timer);
    return true;
  }

  #armDeadline(deadline: number): void {
    const left = deadline - this.#source.now();
    if (left > MAX_TIMER_MS) return;
    const expire = () => this.cancel(new WeirError('deadline_exceeded', 'The deadline of the call passed.'));
    this.#timer = setTimeout(expire, Math.max(0, left));
  }

  #armIdle(idleMs: number, inMs: number): void {
    const look = () => {
      const left = idleMs - (this.#source.monotonic() - this.#lastMessageAt);
      if (left > 0) return this.#armIdle(idleMs, left);
      this.cancel(new WeirError('deadline_exceeded', `The stream carried no message for ${idleMs} ms.`));
    };
    this.#timer = setTimeout(look, Math.max(1, Math.min(inMs, MAX_TIMER_MS)));
  }
}
