import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedDocuments } from './embedded-documents.js';

function partsOf(text: string): string[] {
  return embeddedDocuments(text).map(({ start, end }) => text.slice(start, end));
}

describe('embeddedDocuments', () => {
  it.each([
    ['sum this up: <document>one two</document> thanks', ['one two']],
    ['<email id="3">hello</email><page>world</page>', ['hello', 'world']],
    ['<document>never closed', ['never closed']],
    ['<document>outer <page>inner</page></document>', ['outer <page>inner</page>']],
    ['a <b>bold</b> word, 3 < 4 > 2', []],
    ['', []],
  ])('of %j are %j', (text, parts) => {
    expect(partsOf(text)).toEqual(parts);
  });

  it('are bounded in number, and found in linear time', () => {
    expect(partsOf('<file>x</file>'.repeat(1_000))).toHaveLength(32);
    expect(partsOf(`<document ${'a'.repeat(200_000)}`)).toEqual([]);
  });

  it('never overlap and lie inside the text', () => {
    const piece = fc.constantFrom('<document>', '</document>', '<page a=1>', '</page>', 'text ', '<', '>');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        let from = 0;
        for (const { start, end } of embeddedDocuments(text)) {
          expect(start).toBeGreaterThanOrEqual(from);
          expect(end).toBeGreaterThanOrEqual(start);
          from = end;
        }
        expect(from).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
