import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SseLines } from './sse-lines.js';

function read(pieces: readonly string[]): string[] {
  const lines = new SseLines();
  return [...pieces.flatMap((piece) => lines.push(piece)), ...lines.flush()];
}

function cut(text: string, cuts: readonly number[]): string[] {
  const places = cuts.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b);
  return [...places, text.length].map((place, index) => text.slice(index === 0 ? 0 : places[index - 1], place));
}

describe('SseLines', () => {
  it('reads data and skips comments, other fields and empty lines', () => {
    expect(read([': ping\n\nevent: x\nid: 1\ndata: {"a":1}\n\ndata:[DONE]\r\n\r\n'])).toEqual(['{"a":1}', '[DONE]']);
  });

  it('gives a last line that has no end', () => {
    expect(read(['data: a\n', 'data: b'])).toEqual(['a', 'b']);
  });

  it('reads the same, however the text is cut', () => {
    const item = fc.string({ unit: fc.constantFrom('a', ' ', ':', 'd', '{', 'é', '🎉') });
    fc.assert(
      fc.property(fc.array(item), fc.array(fc.nat()), fc.constantFrom('\n', '\r\n'), (items, cuts, end) => {
        const text = items.map((data) => `data: ${data}${end}${end}: c${end}`).join('');
        expect(read(cut(text, cuts))).toEqual(items);
      }),
    );
  });

  it('does not keep an endless line', () => {
    const lines = new SseLines();
    const pour = () => Array.from({ length: 1_100 }, () => lines.push('x'.repeat(1_024)));
    expect(pour).toThrow(expect.objectContaining({ code: 'upstream_error' }));
  });
});
