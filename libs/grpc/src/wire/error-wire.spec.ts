import { Metadata } from '@grpc/grpc-js';
import { ERROR_KINDS, GRPC, WeirError, type ErrorCode } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf, errorStatus } from '../link/link-wire.js';
import { fromGrpcStatus, ownEntries, parseDetails, portableError, toGrpcStatus } from './error-wire.js';

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const anyError = fc
  .record({
    code: fc.constantFrom(...(Object.keys(ERROR_KINDS) as ErrorCode[])),
    message: fc.string({ unit: 'binary', maxLength: 2000 }),
    param: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
    retryAfterMs: fc.option(fc.double({ min: -1, max: 1e12 }), { nil: undefined }),
    details: fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
      scalar,
      { maxKeys: 5 },
    ),
  })
  .map(({ code, message, ...options }) => new WeirError(code, message, options as never));

const facts = ({ code, message, param, retryAfterMs, details }: WeirError) => ({
  code,
  message,
  param: param === '' ? undefined : param,
  retryAfterMs,
  details: JSON.parse(JSON.stringify(details)) as unknown,
});

describe('a portable error', () => {
  it('comes over both wires as it is', () => {
    fc.assert(
      fc.property(anyError, (error) => {
        const portable = portableError(error);
        expect(facts(fromGrpcStatus(toGrpcStatus(portable, [])))).toEqual(facts(portable));
        const step = errorStatus(portable);
        if (step.$case !== 'status') throw new RangeError('no status');
        expect(facts(errorOf(step.value))).toEqual(facts(portable));
      }),
    );
  });

  it('has metadata that HTTP/2 takes, whatever its texts', () => {
    fc.assert(
      fc.property(anyError, (error) => {
        const { details, metadata } = toGrpcStatus(portableError(error), [['x-tail', 'last']]);
        expect(() => encodeURI(details)).not.toThrow();
        expect(metadata.toHttp2Headers()['x-tail']).toBe('last');
      }),
    );
  });

  it('is bounded, whole and without a cause', () => {
    const error = new WeirError('internal', 'x'.repeat(5000), {
      cause: new RangeError('secret'),
      retryAfterMs: 0.2,
      details: { text: 'y'.repeat(5000) },
    });
    const portable = portableError(error);
    expect(portable.message).toHaveLength(1024);
    expect([portable.retryAfterMs, portable.details, portable.cause]).toEqual([1, {}, undefined]);
    expect(portableError(new TypeError('secret')).message).not.toContain('secret');
  });
});

describe('an error without a code of ours', () => {
  const of = (code: number, details = '') => fromGrpcStatus({ code, details, metadata: new Metadata() }).code;

  it('is a matter of the transport', () => {
    expect(of(GRPC.UNAVAILABLE)).toBe('peer_unavailable');
    expect(of(GRPC.CANCELLED)).toBe('peer_unavailable');
    expect(of(GRPC.INTERNAL, 'Received RST_STREAM with code 2')).toBe('peer_unavailable');
    expect(of(GRPC.UNKNOWN)).toBe('peer_unavailable');
    expect(of(GRPC.DEADLINE_EXCEEDED)).toBe('deadline_exceeded');
    expect(of(GRPC.RESOURCE_EXHAUSTED, 'Received message larger than max')).toBe('payload_too_large');
    expect(of(GRPC.RESOURCE_EXHAUSTED)).toBe('rate_limit_exceeded');
    expect(of(GRPC.UNIMPLEMENTED)).toBe('unimplemented');
  });
});

it('takes nothing but scalars out of details', () => {
  expect(parseDetails('{"a":1,"b":{"c":2},"d":null,"e":"x"}')).toEqual({ a: 1, e: 'x' });
  for (const text of [undefined, '', 'no json', '7', 'null']) expect(parseDetails(text)).toEqual({});
});

it('shows only entries that handlers set', () => {
  const metadata = new Metadata();
  for (const key of ['x-own', 'weir-error-code', 'date', 'content-type', 'grpc-encoding']) metadata.set(key, 'value');
  expect(Object.fromEntries(ownEntries(metadata))).toEqual({ 'x-own': 'value' });
});
