import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Source } from '@weir/config';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WeirError } from '@weir/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { parseJsonBody } from './body-parser.js';
import type { HttpDoor } from './http-door.js';
import { refuseMalformed } from './malformed-request.js';
import { requestIdFrom } from './request-id.js';

/** Largest body that is read, in bytes. */
export const BODY_LIMIT = 4 * 1024 * 1024;

/** Of a larger body this much is read and dropped, so that its sender is done writing and reads the refusal. */
const DRAINED_BYTES = 8 * BODY_LIMIT;

/** Longest times in milliseconds. Kept-alive connections outlive the 60 s of common load balancers, which close first. */
const TIMEOUTS = { requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 75_000 };

const MAX_PARAM_LENGTH = 512;

/** Nest's Fastify adapter with Weir's door around every request. */
export class HttpAdapter extends FastifyAdapter {
  constructor(door: HttpDoor, source: Source) {
    super({
      bodyLimit: BODY_LIMIT,
      requestTimeout: TIMEOUTS.requestTimeout,
      keepAliveTimeout: TIMEOUTS.keepAliveTimeout,
      http: { headersTimeout: TIMEOUTS.headersTimeout },
      exposeHeadRoutes: false,
      return503OnClosing: false,
      requestIdHeader: false,
      genReqId: (request: IncomingMessage) => requestIdFrom(request.headers['x-request-id'], () => source.uuid()),
      routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
      frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
        door.answer(error, request, reply),
      clientErrorHandler: (error: Error, socket: Socket) => refuseMalformed(error, socket, source.uuid()),
      // No Nest middleware runs here; without its plugin each request is cheaper.
      skipMiddie: true,
    });
    const instance = this.getInstance();
    addBodyParsers(instance);
    instance.addHook('preParsing', (request, _reply, payload, done) => {
      if (Number(request.headers['content-length'] ?? 0) <= BODY_LIMIT) return done(null, payload);
      drain(payload, DRAINED_BYTES, () => done(tooLarge()));
    });
    door.install(instance);
    instance.setErrorHandler((error, request, reply) => door.answer(error, request, reply));
    instance.setNotFoundHandler((request, reply) => door.answerUnmatched(request, reply));
  }

  /** Nest's own handlers would answer in its form; the door's are set already. */
  override setErrorHandler(): FastifyInstance {
    return this.getInstance();
  }

  override setNotFoundHandler(): FastifyInstance {
    return this.getInstance();
  }
}

/** Routes read JSON; another content type gets 415. Those that declare it get the bytes, whatever their type. */
function addBodyParsers(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  for (const type of ['application/json', /^application\/[\w.-]+\+json/]) {
    instance.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      if (request.routeOptions.config.rawBody) return done(null, body);
      try {
        done(null, parseJsonBody(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    });
  }
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.config.rawBody) return done(null, body);
    done(new WeirError('unsupported_media_type', 'Send the body as "content-type: application/json".'));
  });
}

function tooLarge(): WeirError {
  return new WeirError('payload_too_large', `The body is larger than ${BODY_LIMIT} bytes.`);
}

/** Reads and drops up to `limit` bytes, then calls `done`, once. */
function drain(payload: RequestPayload, limit: number, done: () => void): void {
  let read = 0;
  const end = () => {
    payload.off('data', count).off('end', end).off('error', end).off('close', end);
    done();
  };
  const count = (bytes: Buffer) => {
    read += bytes.length;
    if (read > limit) end();
  };
  payload.on('data', count).on('end', end).on('error', end).on('close', end);
}
