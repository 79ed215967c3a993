import { describe, expect, it } from 'vitest';
import { sampleRun, sampleVerdict } from '../../test/sample-run.js';
import { heldError, safeCompletion } from './held-input.js';

const blocked = { ...sampleVerdict, stage: 'input', action: 'block' } as const;

describe('heldError', () => {
  it('names the verdict, the policy and what was found', () => {
    const verdict = { ...blocked, detectors: ['a', 'b'], policies: ['strict@3', 'own@1'], filters: ['jailbreak'] };
    expect(heldError(sampleRun(), verdict)).toMatchObject({
      code: 'content_filter',
      param: 'prompt',
      message: 'The prompt was blocked by the policy of this model.',
      details: {
        verdict_id: 'v',
        action: 'block',
        policy: 'strict@3,own@1',
        detectors: 'a,b',
        filters: 'jailbreak',
      },
    });
    expect(heldError(sampleRun({ request: { operation: 'embeddings' } }), verdict).param).toBe('input');
  });

  it('says what the policy wants said', () => {
    expect(heldError(sampleRun(), { ...blocked, message: 'Ask us by phone.' }).message).toBe('Ask us by phone.');
  });

  it('tells what a person has to approve', () => {
    const waiting = { ...blocked, action: 'require_approval', approvalRequest: 'ask-1' } as const;
    expect(heldError(sampleRun(), waiting)).toMatchObject({
      code: 'approval_required',
      details: { verdict_id: 'v', approval_request: 'ask-1', action: 'require_approval' },
    });
  });

  it('stays small, however much was found', () => {
    const many = Array.from({ length: 200 }, (_, index) => `detector-with-a-long-name-${index}`);
    const { details } = heldError(sampleRun(), { ...blocked, detectors: many, policies: many, filters: many });
    expect(JSON.stringify(details).length).toBeLessThan(4_096);
  });
});

it('answers with what the policy wants said, or a sentence', () => {
  expect(safeCompletion({ ...blocked, message: 'Ask us by phone.' })).toBe('Ask us by phone.');
  expect(safeCompletion(blocked)).toBe('I cannot help with this request.');
});
