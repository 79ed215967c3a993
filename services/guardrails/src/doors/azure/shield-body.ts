import type { ErrorCode, WeirError } from '@weir/errors';
import { z } from 'zod';

const MAX_DOCUMENTS = 64;

/** Body of `text:shieldPrompt`; one of the two is needed. */
export const shieldBody = z
  .object({
    userPrompt: z.string().nullish(),
    documents: z
      .array(z.string())
      .max(MAX_DOCUMENTS)
      .nullish()
      .transform((documents) => documents ?? []),
  })
  .refine(({ userPrompt, documents }) => Boolean(userPrompt) || documents.length > 0, {
    error: 'userPrompt and documents are both empty.',
  });

const CODES: Partial<Record<ErrorCode, string>> = {
  missing_api_key: '401',
  invalid_api_key: '401',
  expired_api_key: '401',
  revoked_api_key: '401',
  permission_denied: '403',
  rate_limit_exceeded: '429',
  not_found: 'NotFound',
  payload_too_large: 'InvalidRequestBody',
};

/** Error body of Azure's APIs. */
export function azureErrorBody({ code, message, httpStatus }: WeirError): object {
  const own = CODES[code] ?? (httpStatus < 500 ? 'InvalidRequestBody' : 'InternalServerError');
  return { error: { code: own, message } };
}
