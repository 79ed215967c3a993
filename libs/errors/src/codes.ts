/** gRPC status codes by name. */
export const GRPC = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export type GrpcCode = (typeof GRPC)[keyof typeof GRPC];

export interface ErrorKind {
  readonly grpc: GrpcCode;
  readonly http: number;
  /** `type` of the OpenAI error body. */
  readonly type: string;
  /** Whether the same request may succeed later without a change. */
  readonly retriable: boolean;
}

const invalid = { grpc: GRPC.INVALID_ARGUMENT, http: 400, type: 'invalid_request_error', retriable: false } as const;
const unauthenticated = {
  grpc: GRPC.UNAUTHENTICATED,
  http: 401,
  type: 'authentication_error',
  retriable: false,
} as const;
const limited = { grpc: GRPC.RESOURCE_EXHAUSTED, http: 429, type: 'rate_limit_error', retriable: true } as const;
const unavailable = { grpc: GRPC.UNAVAILABLE, http: 503, type: 'service_unavailable_error', retriable: true } as const;

/** The one table from stable error code to every wire. A code never changes its meaning; new ones are added. */
export const ERROR_KINDS = {
  invalid_request: invalid,
  invalid_json: invalid,
  invalid_utf8: invalid,
  unsupported_parameter: invalid,
  context_length_exceeded: invalid,
  content_filter: { grpc: GRPC.FAILED_PRECONDITION, http: 400, type: 'invalid_request_error', retriable: false },
  /** A policy holds the request until a person approves it; the details say what to approve. */
  approval_required: { grpc: GRPC.PERMISSION_DENIED, http: 403, type: 'permission_error', retriable: false },
  missing_api_key: unauthenticated,
  invalid_api_key: unauthenticated,
  expired_api_key: unauthenticated,
  revoked_api_key: unauthenticated,
  unauthenticated_peer: unauthenticated,
  permission_denied: { grpc: GRPC.PERMISSION_DENIED, http: 403, type: 'permission_error', retriable: false },
  not_found: { grpc: GRPC.NOT_FOUND, http: 404, type: 'invalid_request_error', retriable: false },
  model_not_found: { grpc: GRPC.NOT_FOUND, http: 404, type: 'invalid_request_error', retriable: false },
  method_not_allowed: { grpc: GRPC.UNIMPLEMENTED, http: 405, type: 'invalid_request_error', retriable: false },
  already_exists: { grpc: GRPC.ALREADY_EXISTS, http: 409, type: 'invalid_request_error', retriable: false },
  revision_conflict: { grpc: GRPC.ABORTED, http: 409, type: 'invalid_request_error', retriable: true },
  failed_precondition: { grpc: GRPC.FAILED_PRECONDITION, http: 412, type: 'invalid_request_error', retriable: false },
  artifact_mismatch: { grpc: GRPC.FAILED_PRECONDITION, http: 412, type: 'invalid_request_error', retriable: false },
  payload_too_large: { grpc: GRPC.OUT_OF_RANGE, http: 413, type: 'invalid_request_error', retriable: false },
  unsupported_media_type: { grpc: GRPC.INVALID_ARGUMENT, http: 415, type: 'invalid_request_error', retriable: false },
  rate_limit_exceeded: limited,
  insufficient_quota: { grpc: GRPC.RESOURCE_EXHAUSTED, http: 429, type: 'insufficient_quota', retriable: false },
  engine_overloaded: limited,
  /** The request ended its engine twice and is not given to one again. */
  request_quarantined: { grpc: GRPC.FAILED_PRECONDITION, http: 422, type: 'invalid_request_error', retriable: false },
  /** A quantized model without a passing quality report. */
  quality_unproven: { grpc: GRPC.FAILED_PRECONDITION, http: 412, type: 'invalid_request_error', retriable: false },
  cancelled: { grpc: GRPC.CANCELLED, http: 499, type: 'invalid_request_error', retriable: false },
  deadline_exceeded: { grpc: GRPC.DEADLINE_EXCEEDED, http: 504, type: 'timeout_error', retriable: true },
  /** This process has as many requests in flight as it takes. */
  overloaded: unavailable,
  engine_unavailable: unavailable,
  /** The engine or the upstream broke after the request was accepted; a stream may have begun. */
  engine_failed: { grpc: GRPC.UNAVAILABLE, http: 502, type: 'api_error', retriable: true },
  upstream_error: { grpc: GRPC.UNAVAILABLE, http: 502, type: 'api_error', retriable: true },
  guardrails_unavailable: unavailable,
  billing_unavailable: unavailable,
  registry_unavailable: unavailable,
  database_unavailable: unavailable,
  price_unknown: { grpc: GRPC.FAILED_PRECONDITION, http: 503, type: 'service_unavailable_error', retriable: false },
  insufficient_memory: {
    grpc: GRPC.FAILED_PRECONDITION,
    http: 503,
    type: 'service_unavailable_error',
    retriable: false,
  },
  peer_unavailable: unavailable,
  shutting_down: unavailable,
  invalid_event: { grpc: GRPC.DATA_LOSS, http: 500, type: 'api_error', retriable: false },
  invalid_configuration: { grpc: GRPC.FAILED_PRECONDITION, http: 500, type: 'api_error', retriable: false },
  unimplemented: { grpc: GRPC.UNIMPLEMENTED, http: 501, type: 'api_error', retriable: false },
  internal: { grpc: GRPC.INTERNAL, http: 500, type: 'api_error', retriable: false },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_KINDS, text);
}
