import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MappedText, MappedTextBuilder, wholeCharacters } from './mapped-text.js';

describe('mapped texts', () => {
  const source = new MappedText('one two three', undefined);

  it('follow what was copied, replaced and left out', () => {
    const builder = new MappedTextBuilder(source);
    builder.copy(0, 4);
    builder.put('2', 4, 7);
    builder.copy(8, 13);
    const view = builder.finish();
    expect(view.text).toBe('one 2three');
    expect(view.originalSpan(4, 5)).toEqual({ start: 4, end: 7 });
    expect(view.originalSpan(5, 10)).toEqual({ start: 8, end: 13 });
    expect(view.originalSpan(3, 6)).toEqual({ start: 3, end: 9 });
  });

  it('give an empty span a place, and cut off what lies outside', () => {
    const builder = new MappedTextBuilder(source);
    builder.copy(4, 7);
    const view = builder.finish();
    expect(view.originalSpan(1, 1)).toEqual({ start: 5, end: 5 });
    expect(view.originalSpan(-5, 99)).toEqual({ start: 4, end: 7 });
    expect(view.originalSpan(9, 3)).toEqual({ start: 7, end: 7 });
    expect(new MappedTextBuilder(source).finish().originalSpan(0, 1)).toEqual({ start: 0, end: 0 });
  });

  it('go back through all texts in between', () => {
    const first = new MappedTextBuilder(source);
    first.copy(4, 13);
    const second = new MappedTextBuilder(first.finish());
    second.copy(4, 9);
    const view = second.finish();
    expect(view.text).toBe('three');
    expect(view.originalSpan(1, 3)).toEqual({ start: 9, end: 11 });
  });

  it('take the last character back, with all that came from its place', () => {
    const erased = (write: (builder: MappedTextBuilder) => void) => {
      const builder = new MappedTextBuilder(new MappedText('ab😀ﬁ', undefined));
      write(builder);
      builder.erase();
      return builder.finish();
    };
    expect(erased(() => undefined).text).toBe('');
    expect(erased((builder) => builder.copy(0, 2)).text).toBe('a');
    expect(erased((builder) => builder.copy(0, 4)).text).toBe('ab');
    const ligature = erased((builder) => {
      builder.copy(0, 2);
      builder.put('fi', 4, 5);
    });
    expect(ligature.text).toBe('ab');
    expect(ligature.originalSpan(0, 2)).toEqual({ start: 0, end: 2 });
  });

  it('hold every UTF-16 code unit, lone surrogates too', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 600 }), (units) => {
        const text = String.fromCharCode(...units);
        const builder = new MappedTextBuilder(new MappedText(text, undefined));
        for (const [at, unit] of units.entries()) builder.unit(unit, at, at + 1);
        expect(builder.finish().text).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it('never halve a character of the original', () => {
    const text = 'a😀b';
    expect(wholeCharacters(text, { start: 2, end: 4 })).toEqual({ start: 1, end: 4 });
    expect(wholeCharacters(text, { start: 0, end: 2 })).toEqual({ start: 0, end: 3 });
    expect(new MappedText(text, undefined).originalSpan(1, 2)).toEqual({ start: 1, end: 3 });
  });

  it('find for each unit the part it came from, for every sequence of parts', () => {
    const part = fc.record({ taken: fc.nat(6), put: fc.option(fc.string({ maxLength: 8 })), skipped: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const length = parts.reduce((sum, each) => sum + each.taken + each.skipped, 0);
        const builder = new MappedTextBuilder(new MappedText('x'.repeat(length), undefined));
        const expected: { start: number; end: number }[] = [];
        let at = 0;
        for (const { taken, put, skipped } of parts) {
          if (put === null) builder.copy(at, at + taken);
          else builder.put(put, at, at + taken);
          const linear = put === null || put.length === taken;
          for (let unit = 0; unit < (put?.length ?? taken); unit++)
            expected.push(linear ? { start: at + unit, end: at + unit + 1 } : { start: at, end: at + taken });
          at += taken + skipped;
        }
        const view = builder.finish();
        expect(view.text).toHaveLength(expected.length);
        expect(expected.map((_, unit) => view.originalSpan(unit, unit + 1))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
