import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { openAiDoorError } from './openai-error.js';

const safe = { filtered: false, severity: 'safe' };
const unseen = { filtered: false, detected: false };

describe('openAiDoorError', () => {
  it('says of a blocked prompt in the shape of Azure what it was blocked for', () => {
    const details = { verdict_id: 'v1', filters: 'hate,jailbreak,pii' };
    const error = new WeirError('content_filter', 'No.', { param: 'prompt', details });
    expect(openAiDoorError(error)).toEqual({
      error: {
        message: 'No.',
        type: 'invalid_request_error',
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        verdict_id: 'v1',
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: {
            hate: { filtered: true, severity: 'high' },
            self_harm: safe,
            sexual: safe,
            violence: safe,
            jailbreak: { filtered: true, detected: true },
            indirect_attack: unseen,
            pii: { filtered: true, detected: true },
          },
        },
      },
    });
  });

  it('says what a person has to approve', () => {
    const details = { verdict_id: 'v1', approval_request: 'ask-1', filters: '' };
    expect(openAiDoorError(new WeirError('approval_required', 'Wait.', { details }))).toEqual({
      error: {
        message: 'Wait.',
        type: 'permission_error',
        param: null,
        code: 'approval_required',
        verdict_id: 'v1',
        approval_request: 'ask-1',
      },
    });
  });

  it.each([
    ['a filter of an upstream', new WeirError('content_filter', 'No.')],
    ['any other failure', new WeirError('internal', 'x', { details: { verdict_id: 'v1' } })],
  ])('is the plain body for %s', (_, error) => {
    expect(Object.keys((openAiDoorError(error) as { error: object }).error)).toEqual([
      'message',
      'type',
      'param',
      'code',
    ]);
  });
});
