import { isWeirError, WeirError } from '@weir/errors';
import { formatTraceparent, type TraceContext } from '@weir/telemetry';
import type { PrincipalWire } from '../identity/principal-wire.js';
import type { CallOptions, Principal } from '../rpc/call.js';
import type { Codec } from '../rpc/definition.js';
import { checkEntry, isRequestId, KEYS } from '../wire/metadata.js';

/** A method as its callers know it. */
export interface ClientMethod {
  readonly path: string;
  readonly requestType: Codec;
  readonly responseType: Codec;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** Options of one call, checked, with its deadline fixed. */
export interface Outgoing {
  readonly signal: AbortSignal | undefined;
  readonly deadline: number | undefined;
  readonly requestId: string | undefined;
  readonly trace: TraceContext | undefined;
  readonly principal: Principal | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  readonly onHeaders: CallOptions['onHeaders'];
  readonly onTrailers: CallOptions['onTrailers'];
}

/** One way to a service. Both reject with WeirError only. The input of a streaming request is an async iterable. */
export interface Transport {
  single(method: ClientMethod, input: unknown, out: Outgoing): Promise<unknown>;
  stream(method: ClientMethod, input: unknown, out: Outgoing): AsyncIterator<unknown>;
}

const NO_METADATA: ReadonlyMap<string, string> = new Map();

/** Throws `invalid_request`, `deadline_exceeded`, or why the signal aborted. */
export function prepare(options: CallOptions, now: number, defaultTimeoutMs: number | undefined): Outgoing {
  const { signal, requestId, trace, principal, onHeaders, onTrailers } = options;
  if (signal?.aborted) throw abortError(signal);
  const deadline = deadlineOf(options, now, defaultTimeoutMs);
  if (deadline !== undefined && deadline <= now) {
    throw new WeirError('deadline_exceeded', 'The deadline of the call passed before it began.');
  }
  return {
    signal,
    deadline,
    requestId: isRequestId(requestId) ? requestId : undefined,
    trace,
    principal,
    metadata: options.metadata ? ownMetadata(options.metadata) : NO_METADATA,
    onHeaders,
    onTrailers,
  };
}

/** What a wire carries in front of the request, without the proof of identity. */
export function headersOf(out: Outgoing, principals: PrincipalWire): Record<string, string> {
  const headers: Record<string, string> = Object.fromEntries(out.metadata);
  if (out.requestId !== undefined) headers[KEYS.requestId] = out.requestId;
  if (out.trace) headers[KEYS.traceparent] = formatTraceparent(out.trace);
  if (out.principal) headers[KEYS.principal] = principals.write(out.principal);
  return headers;
}

/** Why a caller's signal aborted: its own WeirError, `deadline_exceeded` of a timeout signal, else `cancelled`. */
export function abortError(signal: AbortSignal): WeirError {
  const reason: unknown = signal.reason;
  if (isWeirError(reason)) return reason;
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new WeirError('deadline_exceeded', 'The time limit of the caller passed.');
  }
  return new WeirError('cancelled', 'The caller cancelled the call.');
}

function deadlineOf(options: CallOptions, now: number, defaultTimeoutMs: number | undefined): number | undefined {
  const { deadline, timeoutMs } = options;
  if (deadline === undefined && timeoutMs === undefined) {
    return defaultTimeoutMs === undefined ? undefined : now + defaultTimeoutMs;
  }
  const own = timeoutMs === undefined ? Number.POSITIVE_INFINITY : now + timeoutMs;
  const earliest = Math.min(own, deadline ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(earliest) ? earliest : undefined;
}

function ownMetadata(given: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const entries = Object.entries(given);
  for (const [key, value] of entries) checkEntry(key, value, 'invalid_request');
  return new Map(entries);
}
