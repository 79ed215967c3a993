import { WeirError, type ErrorCode } from '@weir/errors';

/** Metadata keys that Weir itself reads and writes. */
export const KEYS = {
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  authorization: 'authorization',
  identity: 'x-weir-identity',
  principal: 'x-weir-principal',
  process: 'x-weir-process',
  errorCode: 'weir-error-code',
  errorParam: 'weir-error-param',
  errorDetails: 'weir-error-details',
  retryAfter: 'retry-after-ms',
  statusDetails: 'grpc-status-details-bin',
} as const;

const RESERVED: ReadonlySet<string> = new Set([
  ...Object.values(KEYS),
  'user-agent',
  'content-type',
  'date',
  'te',
  'host',
  'connection',
]);
const KEY = /^[0-9a-z_.-]{1,128}$/;
const VALUE = /^[\x20-\x7e]{0,4096}$/;

/** Whether a key belongs to callers and handlers, not to gRPC or Weir. Binary keys (`-bin`) are not carried. */
export function isOwnKey(key: string): boolean {
  return !RESERVED.has(key) && !key.startsWith('grpc-') && !key.startsWith(':') && !key.endsWith('-bin');
}

/** Throws the given code for an entry that a wire would refuse or change. */
export function checkEntry(key: string, value: string, code: ErrorCode): void {
  if (KEY.test(key) && isOwnKey(key) && VALUE.test(value) && value.trim() === value) return;
  throw new WeirError(
    code,
    'A metadata entry has a reserved or malformed key, or a value that is not printable ASCII.',
    {
      param: KEY.test(key) ? key : 'metadata',
    },
  );
}

/** Headers or trailers of an answer: an entry that a wire would refuse fails where it is set. */
export class AnswerMetadata extends Map<string, string> {
  override set(key: string, value: string): this {
    checkEntry(key, value, 'internal');
    return super.set(key, value);
  }
}

/** What a wire carried with a call, sorted into what Weir reads and what belongs to the handler. */
export interface CallHeaders {
  readonly requestId: string | undefined;
  readonly traceparent: string | undefined;
  readonly authorization: string | undefined;
  readonly identity: string | undefined;
  readonly principal: string | undefined;
  readonly own: ReadonlyMap<string, string>;
}

export function sortHeaders(entries: Iterable<readonly [string, string]>): CallHeaders {
  const all = new Map(entries);
  const own = new Map<string, string>();
  for (const [key, value] of all) if (isOwnKey(key)) own.set(key, value);
  return {
    requestId: all.get(KEYS.requestId),
    traceparent: all.get(KEYS.traceparent),
    authorization: all.get(KEYS.authorization),
    identity: all.get(KEYS.identity),
    principal: all.get(KEYS.principal),
    own,
  };
}

const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

export function isRequestId(text: string | undefined): text is string {
  return text !== undefined && REQUEST_ID.test(text);
}
