import type { OutgoingHttpHeaders } from 'node:http';
import type { HttpCall } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, InferenceRequest } from '../pipeline/inference-request.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { APPROVAL_HEADER, approvalOf } from './approval-header.js';
import { runHeaders } from './run-headers.js';
import { SseStream } from './sse-stream.http.js';

/** One HTTP request with its identity and its answer. */
export interface Exchange {
  readonly call: HttpCall;
  readonly principal: Principal;
  readonly http: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface CallerSources {
  readonly source: { uuid(): string; monotonic(): number };
  readonly settings: { readonly requestTimeoutMs: number };
}

export function callerOf({ call, principal, http }: Exchange, { source, settings }: CallerSources): Caller {
  // An id that the client chose may come twice; what is billed once per id needs one of our own.
  const chosen = http.headers['x-request-id'] !== undefined;
  return {
    door: 'http',
    requestId: chosen ? source.uuid() : call.requestId,
    principal,
    trace: call.trace,
    signal: call.signal,
    deadline: call.startedAt + settings.requestTimeoutMs,
    doorMs: source.monotonic() - call.startedMonotonic,
    approval: approvalOf(http.headers[APPROVAL_HEADER]),
    isJudge: false,
  };
}

export function wantsDetails(http: FastifyRequest): boolean {
  return http.headers['x-weir-details'] === '1';
}

const SLO_HEADER = 'x-slo-ttft-ms';
const MAX_SLO_MS = 3_600_000;

/** The request with the time to first token that its header asks for. */
export function withSlo(request: InferenceRequest, headers: FastifyRequest['headers']): InferenceRequest {
  const text = headers[SLO_HEADER];
  if (text === undefined) return request;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms >= 1 && ms <= MAX_SLO_MS) return { ...request, ttftSloMs: ms };
  const message = `Invalid value for '${SLO_HEADER}': whole milliseconds, 1 to ${MAX_SLO_MS}.`;
  throw new WeirError('invalid_request', message, { param: SLO_HEADER });
}

export interface StreamSettings {
  readonly keepAliveMs: number;
  readonly streamBufferBytes: number;
}

/** The server-sent events of a run; its headers leave with the first byte. */
export function eventStream(run: RequestRun, reply: FastifyReply, settings: StreamSettings): SseStream {
  return new SseStream({
    response: reply.raw,
    headers: () => {
      reply.hijack();
      return { ...(reply.getHeaders() as OutgoingHttpHeaders), ...Object.fromEntries(runHeaders(run)) };
    },
    keepAliveMs: settings.keepAliveMs,
    bufferBytes: settings.streamBufferBytes,
  });
}
