import { WeirError, type ErrorCode } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { readWith } from '../wire/door-body.js';
import { azureErrorBody, shieldBody } from './shield-body.js';

describe('shieldBody', () => {
  it('needs one of its two fields', () => {
    expect(readWith(shieldBody, { userPrompt: 'a' })).toEqual({ userPrompt: 'a', documents: [] });
    expect(readWith(shieldBody, { documents: ['a'] })).toEqual({ documents: ['a'] });
    expect(() => readWith(shieldBody, { userPrompt: '', documents: null })).toThrow('both empty');
    expect(() => readWith(shieldBody, { documents: Array.from({ length: 65 }, () => 'a') })).toThrow('documents');
    expect(() => readWith(shieldBody, { documents: [1] })).toThrow('documents[0]');
  });
});

describe('azureErrorBody', () => {
  it.each<[ErrorCode, string]>([
    ['invalid_request', 'InvalidRequestBody'],
    ['missing_api_key', '401'],
    ['invalid_api_key', '401'],
    ['expired_api_key', '401'],
    ['revoked_api_key', '401'],
    ['permission_denied', '403'],
    ['unsupported_media_type', 'InvalidRequestBody'],
    ['payload_too_large', 'InvalidRequestBody'],
    ['not_found', 'NotFound'],
    ['rate_limit_exceeded', '429'],
    ['guardrails_unavailable', 'InternalServerError'],
  ])('writes %s as %s', (code, own) => {
    expect(azureErrorBody(new WeirError(code, 'why'))).toEqual({ error: { code: own, message: 'why' } });
  });
});
