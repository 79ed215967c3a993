import { BinaryReader } from '@bufbuild/protobuf/wire';
import { guardrailsV1, linkV1 } from '@weir/contracts';
import { isWeirError, WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeStatusDetails } from './google-status.js';
import { decodeAnswer, decodeMessage, encodeRequest, LOCAL_FORM, wireForm, withinBytes } from './message-codec.js';

const { PolicyInfo } = guardrailsV1;

describe('messages', () => {
  it('come back as complete as they were meant', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), fc.array(fc.string()), (name, version, detectors) => {
        const bytes = encodeRequest(PolicyInfo, { name, version, detectors }, 1_000_000);
        const absent = { maxHoldbackChars: 0, sha256: '', mode: '', description: '' };
        expect(decodeMessage(PolicyInfo, bytes)).toEqual({ name, version, detectors, ...absent });
      }),
    );
  });

  it('of arbitrary bytes are decoded or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeMessage(linkV1.ConnectRequest, bytes);
        } catch (error) {
          expect(isWeirError(error) && ['invalid_request', 'invalid_utf8'].includes(error.code)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('with text that is not UTF-8 are refused, long and short', () => {
    for (const length of [3, 200]) {
      const text = Buffer.alloc(length, 0x61);
      text[length - 1] = 0xc3;
      const bytes = Buffer.concat([
        Buffer.from([0x0a, ...(length > 127 ? [(length & 0x7f) | 0x80, length >> 7] : [length])]),
        text,
      ]);
      expect(() => decodeMessage(PolicyInfo, bytes)).toThrow(expect.objectContaining({ code: 'invalid_utf8' }));
    }
    expect(() => decodeMessage(PolicyInfo, Buffer.from([0x0a, 0x50]))).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it("that do not fit their type are the caller's error, an answer that cannot be read the peer's", () => {
    const misfit = { version: 'three' } as never;
    expect(() => encodeRequest(PolicyInfo, misfit, 1000)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    expect(() => LOCAL_FORM.take(PolicyInfo, undefined)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    expect(() => decodeAnswer(PolicyInfo, Buffer.from([0x0a, 0x50]))).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });

  it('are bounded in both directions', () => {
    expect(() => withinBytes(Buffer.alloc(11), 10)).toThrow(expect.objectContaining({ code: 'payload_too_large' }));
    expect(withinBytes(Buffer.alloc(10), 10)).toHaveLength(10);
    expect(() => wireForm(4).give(PolicyInfo, { name: 'longer' })).toThrow(
      expect.objectContaining({ code: 'payload_too_large' }),
    );
    expect(() => wireForm(4).take(PolicyInfo, Buffer.alloc(5))).toThrow(
      expect.objectContaining({ code: 'payload_too_large' }),
    );
  });

  it('are copied by the local binding', () => {
    const sent = { name: 'a', detectors: ['x'] };
    const taken = LOCAL_FORM.take(PolicyInfo, sent) as guardrailsV1.PolicyInfo;
    taken.detectors.push('y');
    expect(sent.detectors).toEqual(['x']);
  });
});

describe('google.rpc.Status', () => {
  const fields = (bytes: Uint8Array) => {
    const reader = new BinaryReader(bytes);
    const found: [number, unknown][] = [];
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      found.push([field, wire === 2 ? reader.bytes() : reader.int64()]);
    }
    return found;
  };
  const text = (value: unknown) => Buffer.from(value as Uint8Array).toString();

  it('has code, message, ErrorInfo, RetryInfo and BadRequest', () => {
    const error = new WeirError('rate_limit_exceeded', 'Slow down.', {
      param: 'n',
      retryAfterMs: 1500,
      details: { limit: 3 },
    });
    const [code, message, ...details] = fields(encodeStatusDetails(error));
    expect([code?.[0], Number(code?.[1])]).toEqual([1, 8]);
    expect(text(message?.[1])).toBe('Slow down.');
    const anys = details.map(([, any]) => fields(any as Uint8Array));
    expect(anys.map(([type]) => text(type?.[1]).split('.').at(-1))).toEqual(['ErrorInfo', 'RetryInfo', 'BadRequest']);
    const [info, retry, bad] = anys.map(([, value]) => fields(value?.[1] as Uint8Array));
    expect(info?.slice(0, 2).map(([, value]) => text(value))).toEqual(['rate_limit_exceeded', 'weir']);
    expect(fields(info?.[2]?.[1] as Uint8Array).map(([, value]) => text(value))).toEqual(['limit', '3']);
    expect(fields(retry?.[0]?.[1] as Uint8Array).map(([, value]) => Number(value))).toEqual([1, 500_000_000]);
    expect(fields(bad?.[0]?.[1] as Uint8Array).map(([, value]) => text(value))).toEqual(['n', 'Slow down.']);
  });
});
