import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { PrincipalWire } from '../identity/principal-wire.js';
import { optionsFrom, type CallContext } from '../rpc/call.js';
import { abortError, headersOf, prepare } from './outgoing.js';

const NOW = 1_000_000;
const deadline = (options: Parameters<typeof prepare>[0], standard?: number) =>
  prepare(options, NOW, standard).deadline;

describe('the deadline of a call', () => {
  it('is the smaller of what the caller gave, and the standard only when it gave none', () => {
    expect(deadline({}, 30_000)).toBe(NOW + 30_000);
    expect(deadline({})).toBeUndefined();
    expect(deadline({ timeoutMs: 60_000 }, 30_000)).toBe(NOW + 60_000);
    expect(deadline({ timeoutMs: 10, deadline: NOW + 5 }, 30_000)).toBe(NOW + 5);
    expect(deadline({ timeoutMs: 3, deadline: NOW + 5 })).toBe(NOW + 3);
  });

  it('must lie ahead', () => {
    for (const options of [{ timeoutMs: 0 }, { timeoutMs: -1 }, { deadline: NOW }]) {
      expect(() => deadline(options)).toThrow(expect.objectContaining({ code: 'deadline_exceeded' }));
    }
  });

  it('flows on with the call that a handler serves', () => {
    const call = {
      deadline: NOW + 100,
      signal: new AbortController().signal,
      requestId: 'r',
    } as unknown as CallContext;
    expect(optionsFrom(call).deadline).toBe(NOW + 100);
    expect(optionsFrom(call, { deadline: NOW + 500 }).deadline).toBe(NOW + 100);
    expect(optionsFrom(call, { deadline: NOW + 50, requestId: 'own' })).toMatchObject({
      deadline: NOW + 50,
      requestId: 'own',
    });
    expect(optionsFrom({ ...call, deadline: undefined }).deadline).toBeUndefined();
  });

  it('flows on with both signals', () => {
    const [outer, own] = [new AbortController(), new AbortController()];
    const call = { deadline: undefined, signal: outer.signal, requestId: 'r' } as unknown as CallContext;
    expect(optionsFrom(call).signal).toBe(outer.signal);
    const { signal } = optionsFrom(call, { signal: own.signal });
    outer.abort('why');
    expect([signal?.aborted, signal?.reason]).toEqual([true, 'why']);
  });
});

describe('the reason of an abort', () => {
  it("is the caller's own when it is typed", () => {
    const reason = new WeirError('shutting_down', 'bye');
    expect(abortError(AbortSignal.abort(reason))).toBe(reason);
    expect(abortError(AbortSignal.abort()).code).toBe('cancelled');
    expect(abortError(AbortSignal.abort('text')).code).toBe('cancelled');
    expect(abortError(AbortSignal.abort(new DOMException('late', 'TimeoutError'))).code).toBe('deadline_exceeded');
    expect(() => prepare({ signal: AbortSignal.abort(reason) }, NOW, undefined)).toThrow(reason);
  });
});

describe('the headers of a call', () => {
  it('carry what is set, and no malformed request id', () => {
    const trace = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), sampled: true };
    const out = prepare({ requestId: 'r-1', trace, metadata: { 'x-a': 'b' } }, NOW, undefined);
    expect(headersOf(out, new PrincipalWire())).toEqual({
      'x-a': 'b',
      'x-request-id': 'r-1',
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    });
    expect(headersOf(prepare({ requestId: 'a b' }, NOW, undefined), new PrincipalWire())).toEqual({});
    expect(() => prepare({ metadata: { 'grpc-x': '' } }, NOW, undefined)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});
