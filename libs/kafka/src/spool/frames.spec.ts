import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../wire/record.js';
import { countFrames, decodeSegment, encodeFrame } from './frames.js';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  topic: text,
  key: fc.option(text),
  value: fc.option(text),
  headers: fc.dictionary(fc.constantFrom('ce_id', 'ce_type', 'traceparent'), text, { noNullPrototype: true }),
});

describe('spool frames', () => {
  it('keep every whole record when the file is cut at any byte', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), (records) => {
        const frames = records.map(encodeFrame);
        const whole = Buffer.concat(frames);
        for (let cut = 0; cut <= whole.length; cut++) {
          let end = 0;
          const expected = records.filter((_, index) => (end += frames[index]!.length) <= cut);
          const decoded = decodeSegment(whole.subarray(0, cut));
          expect(decoded.records).toEqual(expected);
          expect(decoded.damaged).toBe(0);
          expect(countFrames(whole.subarray(0, cut))).toBe(expected.length);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('notice any flipped bit, and never give back another record than was written', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), fc.nat(), (records, position) => {
        const bytes = Buffer.concat(records.map(encodeFrame));
        const bit = position % (bytes.length * 8);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const decoded = decodeSegment(bytes);
        expect(decoded.records.length).toBeLessThan(records.length);
        expect(decoded.damaged + decoded.tornBytes).toBeGreaterThan(0);
        const written = records.map((one) => JSON.stringify(one));
        for (const one of decoded.records) expect(written).toContain(JSON.stringify(one));
      }),
    );
  });

  it('are read from any bytes without a failure', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeSegment(Buffer.from(bytes)).records).toEqual([]);
      }),
    );
  });
});
