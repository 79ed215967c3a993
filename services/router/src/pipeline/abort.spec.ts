import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { abortError, LinkedAbort } from './abort.js';

describe('abortError', () => {
  it('is what the call was aborted with, or that the client left', () => {
    expect(abortError(AbortSignal.abort(new WeirError('deadline_exceeded', 'late'))).code).toBe('deadline_exceeded');
    expect(abortError(AbortSignal.abort()).code).toBe('cancelled');
  });
});

describe('LinkedAbort', () => {
  it('aborts with its outer signal and its reason', () => {
    const outer = new AbortController();
    const linked = new LinkedAbort(outer.signal);
    expect(linked.signal.aborted).toBe(false);
    outer.abort('why');
    expect(linked.signal.reason).toBe('why');
    expect(new LinkedAbort(outer.signal).signal.reason).toBe('why');
  });

  it('aborts by itself without the outer one, and lets go of that when disposed', () => {
    const outer = new AbortController();
    const own = new LinkedAbort(outer.signal);
    own.abort();
    expect([own.signal.aborted, outer.signal.aborted]).toEqual([true, false]);
    const disposed = new LinkedAbort(outer.signal);
    disposed[Symbol.dispose]();
    outer.abort();
    expect(disposed.signal.aborted).toBe(false);
  });
});
