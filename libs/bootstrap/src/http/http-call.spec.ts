import type { Span } from '@weir/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { attachCall, callOf, RequestCall } from './http-call.js';

const span: Span = {
  context: { traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', sampled: false },
  set: () => {},
  end: () => {},
};

function callWith(writableFinished: boolean): RequestCall {
  const reply = { raw: { writableFinished } } as FastifyReply;
  return new RequestCall(reply, 'id', span, 1, 2);
}

describe('RequestCall', () => {
  it('aborts when the response closed before it was complete', () => {
    const call = callWith(false);
    expect(call.signal.aborted).toBe(false);
    expect(call.closed()).toBe(true);
    expect(call.signal.aborted).toBe(true);
  });

  it('gives an aborted signal to who asks after the client left', () => {
    const call = callWith(false);
    call.closed();
    expect(call.signal.aborted).toBe(true);
  });

  it('does not abort after a complete answer, however late somebody asks', () => {
    const call = callWith(true);
    const early = call.signal;
    expect(call.closed()).toBe(false);
    expect([early.aborted, call.signal.aborted]).toEqual([false, false]);
    expect(call.signal).toBe(early);
  });

  it('travels with its request', () => {
    const request = {} as FastifyRequest;
    expect(callOf(request)).toBeUndefined();
    const call = callWith(true);
    attachCall(request, call);
    expect(callOf(request)).toBe(call);
    expect(call.trace).toBe(span.context);
  });
});
