import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import type { Refusal } from './admission/admission.js';
import { abortError, refusalError } from './refusals.js';

const load = { running: 8, waiting: 32, waiting_tokens: 900, slots: 8 };
const refusal = (cause: Refusal['cause'], reason: Refusal['reason']): Refusal => ({ cause, reason, retryAfterMs: 700 });

describe('refusalError', () => {
  it.each([
    ['full', 'rejected-saturated', 'engine_overloaded', '8 requests run and 32 wait'],
    ['full', 'evicted-priority', 'engine_overloaded', 'higher priority'],
    ['full', 'evicted-queue-pressure', 'engine_overloaded', 'largest part'],
    ['waited', 'rejected-ttl-expired', 'engine_overloaded', 'longest time'],
    ['deadline', 'rejected-ttl-expired', 'deadline_exceeded', 'deadline'],
  ] as const)('tells %s, %s as %s', (cause, reason, code, text) => {
    const error = refusalError(refusal(cause, reason), load);
    expect(error).toMatchObject({ code, retryAfterMs: 700, details: { ...load, dropped_reason: reason } });
    expect(error.message).toContain(text);
  });
});

describe('abortError', () => {
  it('keeps a typed reason, and is a cancel otherwise', () => {
    const late = AbortSignal.abort(new WeirError('deadline_exceeded', 'Late.'));
    expect(abortError(late)).toMatchObject({ code: 'deadline_exceeded', message: 'Late.', details: {} });
    const left = abortError(AbortSignal.abort('gone'), { dropped_reason: 'rejected-context-cancelled' });
    expect(left).toMatchObject({ code: 'cancelled', details: { dropped_reason: 'rejected-context-cancelled' } });
  });
});
