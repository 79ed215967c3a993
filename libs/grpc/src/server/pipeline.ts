import type { Source } from '@weir/config';
import { GRPC, isWeirError, WeirError } from '@weir/errors';
import type { Logger, Metrics, Tracing } from '@weir/telemetry';
import type { RpcLimits } from '../rpc/limits.js';
import { portableError } from '../wire/error-wire.js';
import { isRequestId } from '../wire/metadata.js';
import { admit } from './admission.js';
import { Answers } from './answers.js';
import type { Arrival, Asked } from './arrival.js';
import { GuardedRequests } from './guarded-requests.js';
import { CallMeter } from './rpc.metrics.js';
import type { ServedMethod } from './served-method.js';
import { ServerCall } from './server-call.js';

export interface PipelineOptions {
  readonly limits: RpcLimits;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly source: Source;
}

/** The one way of every call, however it came in: admission, deadline, handler, error mapping, accounting. */
export class Pipeline {
  readonly #methods = new Map<string, ServedMethod>();
  readonly #active = new Set<ServerCall>();
  readonly #options: PipelineOptions;
  readonly #meter: CallMeter;
  #whenIdle: (() => void) | undefined;
  #refusing: 'none' | 'foreign' | 'all' = 'none';

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#meter = new CallMeter(options.metrics);
  }

  get active(): number {
    return this.#active.size;
  }

  add(method: ServedMethod): void {
    this.#methods.set(method.path, method);
  }

  method(path: string): ServedMethod | undefined {
    return this.#methods.get(path);
  }

  methods(): Iterable<ServedMethod> {
    return this.#methods.values();
  }

  /** From now on new calls end with `shutting_down`; `foreign` spares those that belong to running requests. */
  refuse(which: 'foreign' | 'all'): void {
    this.#refusing = which;
  }

  /** Resolves when no call runs, at the latest after `ms`. */
  async idle(ms: number): Promise<void> {
    if (this.#active.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#whenIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  cancelAll(reason: WeirError): void {
    for (const call of [...this.#active]) call.cancel(reason);
  }

  /** Never throws: a call that may not run fails when it is run. */
  begin(method: ServedMethod, arrival: Arrival): ServerCall {
    const { source, limits } = this.#options;
    const span = this.#span(method, arrival);
    const streaming = method.requestStream || method.responseStream;
    const call = new ServerCall({
      method,
      source,
      span,
      requestId: isRequestId(arrival.requestId) ? arrival.requestId : source.uuid(),
      trace: span?.context ?? arrival.trace,
      metadata: arrival.metadata,
      deadline: arrival.deadline ?? (streaming ? undefined : source.now() + limits.unaryTimeoutMs),
      idleMs: streaming ? limits.streamIdleMs : undefined,
    });
    this.#active.add(call);
    return call;
  }

  /** Serves a call with one answer. Rejects with a portable WeirError. */
  async single(call: ServerCall, arrival: Arrival, asked: Asked): Promise<unknown> {
    const { method } = call;
    let requests: GuardedRequests | undefined;
    try {
      this.#admit(call, arrival);
      const request = await this.#request(call, asked);
      if (request instanceof GuardedRequests) requests = request;
      const answer = await call.race(method.invoke(request, call) as PromiseLike<unknown>);
      const response = asked.form.give(method.responseType, answer);
      this.#finish(call);
      return response;
    } catch (error) {
      throw this.#fail(call, error);
    } finally {
      requests?.close();
    }
  }

  /** Serves a call with streamed answers; each `next` rejects with a portable WeirError. */
  stream(call: ServerCall, arrival: Arrival, asked: Asked): Answers {
    let requests: GuardedRequests | undefined;
    return new Answers(call, asked.form, {
      open: async () => {
        this.#admit(call, arrival);
        const request = await this.#request(call, asked);
        if (request instanceof GuardedRequests) requests = request;
        return (call.method.invoke(request, call) as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      },
      finished: () => {
        this.#finish(call);
        requests?.close();
      },
      failed: (error) => {
        const failure = this.#fail(call, error);
        requests?.close();
        return failure;
      },
    });
  }

  #admit(call: ServerCall, arrival: Arrival): void {
    if (this.#refusing === 'all' || (this.#refusing === 'foreign' && !arrival.own)) {
      throw new WeirError('shutting_down', 'This process is shutting down.', { retryAfterMs: 100 });
    }
    if (call.failure) throw call.failure;
    const caller = arrival.identify();
    call.principal = caller.principal;
    call.peer = admit(call.method.access, caller);
  }

  async #request(call: ServerCall, asked: Asked): Promise<unknown> {
    const { take } = asked.form;
    const { requestType } = call.method;
    if (asked.messages) return new GuardedRequests(call, asked.messages, (message) => take(requestType, message));
    const sent = asked.message?.();
    const message = sent instanceof Promise ? await call.race(sent) : sent;
    if (message === undefined) throw new WeirError('invalid_request', 'The call ended without its request message.');
    return take(requestType, message);
  }

  #finish(call: ServerCall, error?: WeirError): void {
    if (!call.end()) return;
    this.#active.delete(call);
    const seconds = (this.#options.source.monotonic() - call.startedAt) / 1000;
    this.#meter.record(call, error?.grpcStatus ?? GRPC.OK, seconds);
    call.span?.end(error);
    if (this.#active.size === 0) this.#whenIdle?.();
  }

  #fail(call: ServerCall, error: unknown): WeirError {
    const failure = portableError(call.failure ?? error);
    if (!isWeirError(error) || failure.code === 'internal') {
      const { requestId, method, trace } = call;
      this.#options.logger.error({ err: error, requestId, traceId: trace?.traceId, rpc: method.path }, 'call failed');
    }
    this.#finish(call, failure);
    return failure;
  }

  #span(method: ServedMethod, { trace, startsTrace }: Arrival) {
    if (trace ? !trace.sampled : !startsTrace) return undefined;
    const attributes = { 'rpc.system': 'grpc', 'rpc.service': method.service, 'rpc.method': method.name };
    return this.#options.tracing.startSpan(method.path.slice(1), { parent: trace, kind: 'server', attributes });
  }
}
