import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextWindow } from './text-window.js';

describe('TextWindow', () => {
  it('gives the same as the whole text, for whatever is still needed', () => {
    const piece = fc.record({
      length: fc.nat({ max: 400 }),
      needed: fc.nat({ max: 600 }),
      from: fc.nat(),
      size: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const window = new TextWindow();
        let [whole, oldest] = ['', 0];
        for (const { length, needed, from, size } of pieces) {
          const added = Array.from({ length }, (_, index) =>
            String.fromCharCode(32 + ((whole.length + index) % 251)),
          ).join('');
          whole += added;
          window.append(added);
          expect(window.end).toBe(whole.length);
          oldest = Math.max(oldest, whole.length - needed);
          window.forgetBefore(oldest);
          const start = oldest + (from % (whole.length - oldest + 1));
          const end = start + (size % (whole.length - start + 5));
          expect(window.slice(start, end)).toBe(whole.slice(start, end));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps little of what is not needed', () => {
    const window = new TextWindow();
    for (let count = 0; count < 5_000; count++) {
      window.append('abcd');
      window.forgetBefore(window.end);
    }
    expect(window.slice(0, window.end).length).toBeLessThan(1_500);
    expect(window.end).toBe(20_000);
    window.clear();
    expect([window.slice(0, 20_000), window.end]).toEqual(['', 20_000]);
  });
});
