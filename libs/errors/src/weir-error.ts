import { ERROR_KINDS, isErrorCode, GRPC, type ErrorCode, type GrpcCode } from './codes.js';

export interface WeirErrorOptions {
  readonly cause?: unknown;
  /** Request parameter that is wrong, in the caller's notation, for example `messages[0].content`. */
  readonly param?: string;
  readonly retryAfterMs?: number;
  /** Machine-readable facts that may be shown to the caller: numbers, ids, limits. Never text of a prompt or a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

const BRAND = Symbol.for('weir.error');

/** A failure with a stable code. Its message may be shown to the caller; its cause is for logs only. */
export class WeirError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: WeirErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WeirError';
    this.code = code;
    this.param = options.param;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }

  get httpStatus(): number {
    return ERROR_KINDS[this.code].http;
  }

  get grpcStatus(): GrpcCode {
    return ERROR_KINDS[this.code].grpc;
  }

  get retriable(): boolean {
    return ERROR_KINDS[this.code].retriable;
  }
}

/** True also for errors of a second copy of this lib. */
export function isWeirError(error: unknown): error is WeirError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** The error itself if it is typed, otherwise `internal` with the original as its cause and no detail in its message. */
export function asWeirError(error: unknown): WeirError {
  if (isWeirError(error)) return error;
  return new WeirError('internal', 'Something failed inside Weir; the log has the cause.', { cause: error });
}

const BY_STATUS: Partial<Record<GrpcCode, ErrorCode>> = {
  [GRPC.CANCELLED]: 'cancelled',
  [GRPC.INVALID_ARGUMENT]: 'invalid_request',
  [GRPC.DEADLINE_EXCEEDED]: 'deadline_exceeded',
  [GRPC.NOT_FOUND]: 'not_found',
  [GRPC.ALREADY_EXISTS]: 'already_exists',
  [GRPC.PERMISSION_DENIED]: 'permission_denied',
  [GRPC.RESOURCE_EXHAUSTED]: 'rate_limit_exceeded',
  [GRPC.FAILED_PRECONDITION]: 'failed_precondition',
  [GRPC.ABORTED]: 'revision_conflict',
  [GRPC.OUT_OF_RANGE]: 'payload_too_large',
  [GRPC.UNIMPLEMENTED]: 'unimplemented',
  [GRPC.UNAVAILABLE]: 'peer_unavailable',
  [GRPC.UNAUTHENTICATED]: 'unauthenticated_peer',
};

/** Rebuilds an error from a wire: by its stable code when that came along, by its gRPC status otherwise. */
export function weirErrorFromStatus(
  status: number,
  message: string,
  options: WeirErrorOptions & { readonly errorCode?: string } = {},
): WeirError {
  const { errorCode = '', ...rest } = options;
  const code = isErrorCode(errorCode) ? errorCode : (BY_STATUS[status as GrpcCode] ?? 'internal');
  return new WeirError(code, message, rest);
}
