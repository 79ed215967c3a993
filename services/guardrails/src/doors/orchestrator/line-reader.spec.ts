import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from './line-reader.js';

const lines = (parts: readonly Uint8Array[], maxBytes = 1_000) => {
  const reader = new LineReader(maxBytes);
  return [...parts.flatMap((part) => [...reader.push(part)]), ...reader.end()];
};

describe('LineReader', () => {
  it('finds the same lines however the bytes arrive', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '😀', '{'), maxLength: 8 });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), sizes, fc.constantFrom('\n', '\r\n'), (texts, cuts, end) => {
        const bytes = Buffer.from(texts.join(end));
        const parts: Buffer[] = [];
        let at = 0;
        for (const size of cuts) parts.push(bytes.subarray(at, (at += size)));
        parts.push(bytes.subarray(at));
        expect(lines(parts)).toEqual(texts.map((text) => text.trim()).filter(Boolean));
      }),
    );
  });

  it('bounds a line, also one without an end', () => {
    const long = Buffer.from('x'.repeat(11));
    expect(() => lines([long], 10)).toThrow(expect.objectContaining({ code: 'payload_too_large' }));
    expect(() => lines([long.subarray(0, 6), long.subarray(6)], 10)).toThrow('10 bytes');
    expect(lines([Buffer.from('x'.repeat(10)), Buffer.from('\n'), Buffer.from('y'.repeat(10))], 10)).toHaveLength(2);
  });

  it('refuses what is no UTF-8', () => {
    expect(() => lines([Buffer.from([0xc3, 0x28, 0x0a])])).toThrow(expect.objectContaining({ code: 'invalid_utf8' }));
  });
});
