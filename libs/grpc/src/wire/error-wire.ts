import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { asWeirError, GRPC, WeirError, weirErrorFromStatus } from '@weir/errors';
import { encodeStatusDetails } from './google-status.js';
import { isOwnKey, KEYS } from './metadata.js';

type Details = WeirError['details'];
const MAX_MESSAGE_CHARS = 1024;
const MAX_DETAILS_CHARS = 4096;
const MAX_UINT32 = 0xffff_ffff;

/** The error as every caller sees it, on whatever way it called: typed, bounded, without its cause. */
export function portableError(error: unknown): WeirError {
  const { code, message, param, retryAfterMs, details } = asWeirError(error);
  return new WeirError(code, clip(message, MAX_MESSAGE_CHARS), {
    ...(param === undefined ? {} : { param: clip(param, 256) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: wholeMs(retryAfterMs) }),
    details: portableDetails(details),
  });
}

/** Status and trailers of a failed native call. The error is portable. */
export function toGrpcStatus(error: WeirError, trailers: Iterable<readonly [string, string]>) {
  const metadata = new Metadata();
  for (const [key, value] of trailers) metadata.set(key, value);
  metadata.set(KEYS.errorCode, error.code);
  if (error.retryAfterMs !== undefined) metadata.set(KEYS.retryAfter, String(error.retryAfterMs));
  if (error.param !== undefined) metadata.set(KEYS.errorParam, asciiJson({ param: error.param }));
  if (Object.keys(error.details).length > 0) metadata.set(KEYS.errorDetails, asciiJson(error.details));
  metadata.set(KEYS.statusDetails, encodeStatusDetails(error));
  return { code: error.grpcStatus, details: error.message, metadata };
}

/** The error that a native call ended with. What grpc-js itself reports has no code of ours. */
export function fromGrpcStatus(status: Pick<StatusObject, 'code' | 'details' | 'metadata'>): WeirError {
  const errorCode = textOf(status.metadata, KEYS.errorCode);
  if (errorCode === undefined) return transportError(status.code, status.details);
  const param = parseObject(textOf(status.metadata, KEYS.errorParam)).param;
  const retryAfterMs = Number(textOf(status.metadata, KEYS.retryAfter) ?? Number.NaN);
  return weirErrorFromStatus(status.code, status.details, {
    errorCode,
    ...(typeof param === 'string' ? { param } : {}),
    ...(Number.isFinite(retryAfterMs) ? { retryAfterMs } : {}),
    details: parseDetails(textOf(status.metadata, KEYS.errorDetails)),
  });
}

/** The entries of an answer's metadata that handlers set. */
export function ownEntries(metadata: Metadata): ReadonlyMap<string, string> {
  const entries = Object.entries(metadata.getMap()).filter(([key]) => isOwnKey(key));
  return new Map(entries.map(([key, value]) => [key, String(value)]));
}

/** Details of a JSON text from a peer; anything else than strings, finite numbers and booleans is dropped. */
export function parseDetails(json: string | undefined): Details {
  return portableDetails(parseObject(json) as Details);
}

/** Failures of the transport. A peer of ours always says more, so an unexplained end means that it is gone. */
function transportError(status: number, message: string): WeirError {
  if (status === GRPC.RESOURCE_EXHAUSTED && /larger than|max/i.test(message)) {
    return new WeirError('payload_too_large', message);
  }
  if (status === GRPC.DEADLINE_EXCEEDED) return new WeirError('deadline_exceeded', 'The deadline of the call passed.');
  const gone = status === GRPC.UNKNOWN || status === GRPC.INTERNAL || status === GRPC.CANCELLED;
  if (gone) return new WeirError('peer_unavailable', `The connection to the peer broke: ${message}`);
  return weirErrorFromStatus(status, message);
}

function parseObject(json: string | undefined): Record<string, unknown> {
  if (!json) return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function portableDetails(details: Details): Details {
  const entries = Object.entries(details).filter(([, value]) => isScalar(value));
  const kept = Object.fromEntries(entries) as Details;
  return asciiJson(kept).length > MAX_DETAILS_CHARS ? {} : kept;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function clip(text: string, chars: number): string {
  return text.slice(0, chars).toWellFormed();
}

function wholeMs(ms: number): number {
  return Math.min(MAX_UINT32, Math.max(1, Math.ceil(Number.isNaN(ms) ? 1 : ms)));
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function textOf(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}
