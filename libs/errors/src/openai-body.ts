import { ERROR_KINDS } from './codes.js';
import type { WeirError } from './weir-error.js';

/** Error body of the OpenAI HTTP API. All four keys are always there. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

export function openAiErrorBody(error: WeirError): OpenAiErrorBody {
  return {
    error: { message: error.message, type: ERROR_KINDS[error.code].type, param: error.param ?? null, code: error.code },
  };
}

/** Headers that tell a client when to come back: whole seconds for HTTP, milliseconds for the OpenAI clients. */
export function retryHeaders(error: WeirError): Record<string, string> {
  if (error.retryAfterMs === undefined) return {};
  return {
    'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))),
    'retry-after-ms': String(Math.ceil(error.retryAfterMs)),
  };
}
