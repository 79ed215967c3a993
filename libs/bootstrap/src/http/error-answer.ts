import { HttpException } from '@nestjs/common';
import { asWeirError, isWeirError, openAiErrorBody, retryHeaders, WeirError, type ErrorCode } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callOf } from './http-call.js';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'invalid_api_key',
  403: 'permission_denied',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'deadline_exceeded',
  409: 'already_exists',
  412: 'failed_precondition',
  413: 'payload_too_large',
  414: 'invalid_request',
  415: 'unsupported_media_type',
  422: 'invalid_request',
  429: 'rate_limit_exceeded',
  431: 'invalid_request',
  499: 'cancelled',
  501: 'unimplemented',
  503: 'shutting_down',
};

/** Sentences for what the framework refuses, since its own name its parts. */
const MESSAGES: Partial<Record<ErrorCode, string>> = {
  payload_too_large: 'The body of a request may have at most 4 MiB.',
  unsupported_media_type: 'Send the body as "content-type: application/json".',
};

/** The typed form of whatever a route, a hook, Fastify or Nest raised. */
export function toWeirError(error: unknown): WeirError {
  if (isWeirError(error)) return error;
  const status = statusOf(error);
  const code = status === undefined ? undefined : BY_STATUS[status];
  if (!code) return asWeirError(error);
  const own = error instanceof Error ? error.message : '';
  return new WeirError(code, MESSAGES[code] ?? own, { cause: error });
}

/** Sends the error as an OpenAI error body, or as the route's own. After the first byte it can only cut the answer off. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const typed = toWeirError(error);
  const requestId = String(request.id);
  if (typed.httpStatus >= 500 && !typed.retriable) {
    logger.error({ err: typed, request_id: requestId, route: request.routeOptions?.url }, 'a request failed');
  }
  const call = callOf(request);
  if (call) call.error = typed;
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  void reply
    .code(typed.httpStatus)
    .headers({
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': requestId,
      ...retryHeaders(typed),
      ...(typeof typed.details['allow'] === 'string' ? { allow: typed.details['allow'] } : {}),
    })
    .serializer(JSON.stringify)
    .send((request.routeOptions?.config?.errorBody ?? openAiErrorBody)(typed));
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null) return undefined;
  // Fastify marks its own errors with a code; a number in somebody else's error means something else.
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' ? statusCode : undefined;
}
