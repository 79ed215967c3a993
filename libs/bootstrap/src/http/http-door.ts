import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import { parseTraceparent, type Bound, type Logger, type Metrics, type Tracing } from '@weir/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Authenticator } from '../access/authenticator.js';
import { presentedKey } from '../access/presented-key.js';
import type { KeyAccess } from '../access/route-access.js';
import { answerError } from './error-answer.js';
import { attachCall, RequestCall } from './http-call.js';
import { httpMetrics } from './http.metrics.js';
import { InFlight } from './in-flight.js';
import type { RouteConfig } from './route-config.js';
import { RouteTable } from './route-table.js';

export interface HttpDoorOptions {
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly source: Source;
}

declare module 'fastify' {
  interface FastifyContextConfig extends RouteConfig {
    /** Set on the routes of operators, which are neither traced nor counted. */
    unobserved?: boolean;
  }
}

/**
 * What happens to every HTTP request around its handler: id, span, authentication before the body is read, metrics, and
 * errors in the form of the OpenAI API. Hooks of Fastify, since Nest's guards and interceptors cost promises per request.
 */
export class HttpDoor {
  readonly routes = new RouteTable();
  /** Routes that nobody may call because they declare no access. */
  readonly undeclared: string[] = [];
  readonly #options: HttpDoorOptions;
  readonly #metrics: Bound<typeof httpMetrics>;
  readonly #inFlight = new InFlight();
  #closing = false;

  constructor(options: HttpDoorOptions) {
    this.#options = options;
    this.#metrics = options.metrics.bind(httpMetrics);
  }

  install(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => this.#added(route));
    fastify.addHook('onRequest', (request, reply, done) => {
      const refused = this.#admit(request, reply);
      if (refused) done(refused);
      else done();
    });
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      if (this.#closing) reply.header('connection', 'close');
      done(null, payload);
    });
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    answerError(error, request, reply, this.#options.logger);
  }

  /** The answer to a request that no route matches. */
  answerUnmatched(request: FastifyRequest, reply: FastifyReply): void {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = this.routes.methodsOf(path);
    if (allowed.length === 0) {
      return this.answer(new WeirError('not_found', `There is no ${path.slice(0, 200)} here.`), request, reply);
    }
    const allow = allowed.join(', ');
    const message = `${request.method} is not possible here; use ${allow}.`;
    this.answer(new WeirError('method_not_allowed', message, { details: { allow } }), request, reply);
  }

  /** From now on new requests are refused, on connections that are kept alive too. Resolves when none runs any more. */
  close(): Promise<void> {
    this.#closing = true;
    return this.#inFlight.idle();
  }

  #added(route: RouteOptions): void {
    const methods = Array.isArray(route.method) ? route.method : [route.method];
    for (const method of methods) {
      this.routes.add(method, route.url);
      if (!route.config?.access) this.undeclared.push(`${method} ${route.url}`);
    }
  }

  /** Runs before the body is read. Gives the reason of a refusal. */
  #admit(request: FastifyRequest, reply: FastifyReply): WeirError | undefined {
    const call = this.#begin(request, reply);
    if (this.#closing) return new WeirError('shutting_down', 'This replica is stopping.', { retryAfterMs: 1_000 });
    if (request.is404) return undefined;
    const access = request.routeOptions.config.access;
    if (access === 'public') return undefined;
    if (!access) return new WeirError('permission_denied', 'Nobody may call this route.');
    try {
      call.principal = this.#authenticate(request, access);
    } catch (error) {
      return error as WeirError;
    }
    const { scopes } = call.principal;
    if (scopes.includes(access.scope) || scopes.includes('admin')) return undefined;
    return new WeirError('permission_denied', `This API key does not have the scope "${access.scope}".`);
  }

  #authenticate({ headers }: FastifyRequest, { keyHeaders }: KeyAccess): Principal {
    const key = presentedKey(headers, keyHeaders);
    if (key || !keyHeaders) return this.#options.authenticator.authenticate(key);
    const names = ['authorization: Bearer', ...keyHeaders].join('", "');
    throw new WeirError('missing_api_key', `Send an API key of Weir in one of the headers "${names}".`);
  }

  #begin(request: FastifyRequest, reply: FastifyReply): RequestCall {
    const { source, tracing } = this.#options;
    const route = request.routeOptions.url ?? 'unmatched';
    const span = tracing.startSpan(`${request.method} ${route}`, {
      parent: parseTraceparent(headerText(request.headers['traceparent'])),
      kind: 'server',
      attributes: { 'http.request.method': request.method, 'http.route': route },
    });
    const call = new RequestCall(reply, request.id, span, source.now(), source.monotonic());
    attachCall(request, call);
    reply.header('x-request-id', request.id);
    this.#inFlight.enter();
    reply.raw.once('close', () => this.#ended(request, reply, call, route));
    return call;
  }

  /** The close of the response is the one event that comes after every end: complete, cut off or taken over by a handler. */
  #ended(request: FastifyRequest, reply: FastifyReply, call: RequestCall, route: string): void {
    const left = call.closed();
    this.#inFlight.leave();
    const status = left ? 499 : reply.raw.statusCode;
    call.span.set('http.response.status_code', status);
    call.span.end(left ? new WeirError('cancelled', 'The client left.') : call.error);
    if (request.routeOptions.config?.unobserved) return;
    this.#metrics.inFlight.set(this.#inFlight.count);
    if (left) this.#metrics.abandoned.inc({ route });
    const seconds = (this.#options.source.monotonic() - call.startedMonotonic) / 1_000;
    const labels = { method: request.method, route, status };
    if (call.trace.sampled) this.#metrics.duration.observeTraced(labels, seconds, call.trace.traceId);
    else this.#metrics.duration.observe(labels, seconds);
  }
}

function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
