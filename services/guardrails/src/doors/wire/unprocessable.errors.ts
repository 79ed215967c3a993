import { isWeirError, WeirError, type ErrorCode } from '@weir/errors';

/** A request that cannot be read, on the doors whose clients expect 422 for it. */
export class UnprocessableError extends WeirError {
  override get httpStatus(): number {
    return 422;
  }
}

/** What is wrong with a request rather than with its text's encoding or its sender. */
const ABOUT_THE_REQUEST: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_request',
  'invalid_json',
  'invalid_utf8',
  'unsupported_parameter',
  'invalid_configuration',
]);

/** The same error with status 422 where it is about the request; others as they are. */
export function asUnprocessable(error: unknown): unknown {
  if (!isWeirError(error) || !ABOUT_THE_REQUEST.has(error.code)) return error;
  const { code, message, param } = error;
  return new UnprocessableError(code === 'invalid_configuration' ? 'invalid_request' : code, message, {
    cause: error,
    ...(param === undefined ? {} : { param }),
  });
}
