export { ERROR_KINDS, GRPC, isErrorCode, type ErrorCode, type ErrorKind, type GrpcCode } from './codes.js';
export { asWeirError, isWeirError, WeirError, weirErrorFromStatus, type WeirErrorOptions } from './weir-error.js';
export { openAiErrorBody, retryHeaders, type OpenAiErrorBody } from './openai-body.js';
