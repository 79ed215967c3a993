import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinRaw, readTextInput, requireOutputs, splitRaw, type TextTensor } from './tensor.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const input = (change: Partial<TextTensor> = {}): TextTensor => ({
  name: 'text_input',
  datatype: 'BYTES',
  shape: [1],
  elements: [bytes('Grüße')],
  ...change,
});

describe('the text of a request', () => {
  it('is the one element of text_input', () => {
    expect(readTextInput([input()])).toBe('Grüße');
    expect(readTextInput([input({ shape: [1, 1] })])).toBe('Grüße');
  });

  it.each([
    ['no tensor', [], 'inputs needs'],
    ['another name', [input({ name: 'prompt' })], 'inputs[prompt] is not an input'],
    ['twice', [input(), input()], 'given twice'],
    ['another type', [input({ datatype: 'FP32' })], 'datatype must be BYTES'],
    ['another shape', [input({ shape: [2] })], 'shape must have one element'],
    ['no element', [input({ elements: [] })], 'must have one element'],
    ['broken UTF-8', [input({ elements: [Uint8Array.of(0xff)] })], 'is not UTF-8'],
  ])('is refused with its name: %s', (_case, inputs, message) => {
    expect(() => readTextInput(inputs)).toThrow(message);
  });

  it('wants no output that there is not', () => {
    requireOutputs([]);
    requireOutputs(['text_output']);
    expect(() => requireOutputs(['text_output', 'logits'])).toThrow('outputs names logits');
  });
});

describe('raw contents', () => {
  it('come back as they went', () => {
    const elements = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 });
    fc.assert(fc.property(elements, (all) => void expect(splitRaw(joinRaw(all), 'x')).toEqual(all)));
  });

  it('have the length in front, little endian', () => {
    expect([...joinRaw([bytes('ab')])]).toEqual([2, 0, 0, 0, 97, 98]);
  });

  it('never end inside an element', () => {
    const cut = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat());
    fc.assert(
      fc.property(cut, ([element, at]) => {
        const raw = joinRaw([element]);
        const part = raw.subarray(0, 1 + (at % (raw.byteLength - 1)));
        expect(() => splitRaw(part, 'x')).toThrow('end inside an element');
      }),
    );
    expect(splitRaw(new Uint8Array(0), 'x')).toEqual([]);
    expect(() => splitRaw(joinRaw(Array.from({ length: 65 }, () => bytes('a'))), 'x')).toThrow('more than 64');
  });
});
