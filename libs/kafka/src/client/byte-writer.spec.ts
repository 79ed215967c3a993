import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, varBytesSize, varintSize } from './byte-writer.js';

/** Zigzag varint as the protocol guide describes it. */
function readVarint(bytes: Buffer): { value: number; length: number } {
  let zigzag = 0n;
  let length = 0;
  for (let shift = 0n; ; shift += 7n) {
    const byte = BigInt(bytes[length++]!);
    zigzag |= (byte & 0x7fn) << shift;
    if ((byte & 0x80n) === 0n) break;
  }
  return { value: Number((zigzag >> 1n) ^ -(zigzag & 1n)), length };
}

describe('ByteWriter', () => {
  it('writes varints of any 32 bits and knows their size', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const { bytes } = new ByteWriter(1).varint(value);
        expect(readVarint(bytes)).toEqual({ value, length: bytes.length });
        expect(varintSize(value)).toBe(bytes.length);
      }),
    );
  });

  it('writes whole numbers of 53 bits and either sign', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(new ByteWriter(1).int64(value).bytes.readBigInt64BE()).toBe(BigInt(value));
      }),
    );
  });

  it('writes text and bytes with their length, whatever room it began with', () => {
    const content = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(content), fc.integer({ min: 1, max: 64 }), (list, room) => {
        const writer = new ByteWriter(room);
        for (const one of list) writer.varBytes(one);
        let rest = writer.bytes;
        for (const one of list) {
          const { value, length } = readVarint(rest);
          const expected = one === null ? Buffer.alloc(0) : Buffer.from(one);
          expect(value).toBe(one === null ? -1 : expected.length);
          expect(rest.subarray(length, length + expected.length)).toEqual(expected);
          expect(varBytesSize(one)).toBe(length + expected.length);
          rest = rest.subarray(length + expected.length);
        }
        expect(rest).toHaveLength(0);
      }),
    );
  });

  it('fills gaps later', () => {
    const writer = new ByteWriter(1).int8(1);
    const gap = writer.gap32();
    writer.string('é').int16(-1);
    writer.patchInt32(gap, 0xffffffff);
    expect([...writer.bytes]).toEqual([1, 255, 255, 255, 255, 0, 2, 0xc3, 0xa9, 255, 255]);
  });
});
