import type { linkV1 } from '@weir/contracts';
import { GRPC, weirErrorFromStatus, type WeirError } from '@weir/errors';
import { parseDetails } from '../wire/error-wire.js';

export const CONNECT_PATH = '/weir.link.v1.LinkService/Connect';

/** The callee sends its headers and trailers as an `open` step of this name, when it has any. */
export const ANSWER_HEADERS = 'headers';
export const ANSWER_TRAILERS = 'trailers';

export function answerMetadata(name: string, metadata: ReadonlyMap<string, string>): NonNullable<linkV1.Frame['step']> {
  return { $case: 'open', value: { method: name, timeoutMs: 0, metadata: Object.fromEntries(metadata) } };
}

export const OK_STATUS: NonNullable<linkV1.Frame['step']> = {
  $case: 'status',
  value: { code: GRPC.OK, message: '', errorCode: '', param: '', retryAfterMs: 0, detailsJson: '' },
};

/** The error is portable. */
export function errorStatus(error: WeirError): NonNullable<linkV1.Frame['step']> {
  return {
    $case: 'status',
    value: {
      code: error.grpcStatus,
      message: error.message,
      errorCode: error.code,
      param: error.param ?? '',
      retryAfterMs: error.retryAfterMs ?? 0,
      detailsJson: Object.keys(error.details).length > 0 ? JSON.stringify(error.details) : '',
    },
  };
}

export function errorOf(status: linkV1.Status): WeirError {
  return weirErrorFromStatus(status.code, status.message, {
    errorCode: status.errorCode,
    ...(status.param ? { param: status.param } : {}),
    ...(status.retryAfterMs > 0 ? { retryAfterMs: status.retryAfterMs } : {}),
    details: parseDetails(status.detailsJson),
  });
}
