import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInferBody, writeInferBody } from './http-body.js';
import { joinRaw } from './tensor.js';

const NONE = new Uint8Array(0);
const encode = (text: string) => new TextEncoder().encode(text);
const input = { name: 'text_input', datatype: 'BYTES', shape: [1] };

describe('a request over HTTP', () => {
  it('has its text in JSON', () => {
    const body = { id: '7', inputs: [{ ...input, data: ['Hello'] }], parameters: { max_tokens: 4 } };
    expect(readInferBody(body, NONE)).toMatchObject({
      id: '7',
      text: 'Hello',
      parameters: { sampling: { maxTokens: 4 } },
      rawOutput: false,
    });
    expect(readInferBody({ inputs: [{ ...input, shape: [1, 1], data: [['Hello']] }] }, NONE).text).toBe('Hello');
  });

  it('has its text in raw bytes behind the JSON', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 100 });
    fc.assert(
      fc.property(text, (content) => {
        const raw = joinRaw([encode(content)]);
        const body = { inputs: [{ ...input, parameters: { binary_data_size: raw.byteLength } }] };
        expect(readInferBody(body, raw).text).toBe(content);
      }),
    );
  });

  it('says in which form its output comes', () => {
    const inputs = [{ ...input, data: ['x'] }];
    const asked = (binary: boolean) => [{ name: 'text_output', parameters: { binary_data: binary } }];
    expect(readInferBody({ inputs, parameters: { binary_data_output: true } }, NONE).rawOutput).toBe(true);
    expect(readInferBody({ inputs, outputs: asked(true) }, NONE).rawOutput).toBe(true);
    const both = { inputs, outputs: asked(false), parameters: { binary_data_output: true } };
    expect(readInferBody(both, NONE).rawOutput).toBe(false);
  });

  it.each([
    [{}, 'inputs'],
    [{ inputs: [{ ...input, data: [5] }] }, 'inputs[text_input].data must hold texts'],
    [{ inputs: [{ ...input, data: ['\ud800'] }] }, 'inputs[text_input].data must hold texts'],
    [{ inputs: [{ ...input, parameters: { binary_data_size: 9 } }] }, 'binary_data_size is not the size'],
    [{ inputs: [{ ...input, data: ['x'] }], outputs: [{ name: 'logits' }] }, 'outputs names logits'],
  ])('is refused by name: %j', (body, message) => {
    expect(() => readInferBody(body, NONE)).toThrow(message);
  });

  it('may not have bytes that belong to nothing', () => {
    expect(() => readInferBody({ inputs: [{ ...input, data: ['x'] }] }, encode('rest'))).toThrow('leave bytes over');
  });
});

describe('an answer over HTTP', () => {
  const answer = { model: 'chat', version: '3', id: '7', text: 'Grüße' };

  it('has its text in JSON', () => {
    const { json, raw } = writeInferBody(answer, false);
    expect(raw).toHaveLength(0);
    expect(JSON.parse(json)).toEqual({
      model_name: 'chat',
      model_version: '3',
      id: '7',
      outputs: [{ name: 'text_output', datatype: 'BYTES', shape: [1], data: ['Grüße'] }],
    });
  });

  it('has its text behind the JSON', () => {
    const { json, raw } = writeInferBody(answer, true);
    expect(raw).toEqual(joinRaw([encode('Grüße')]));
    expect(JSON.parse(json).outputs[0].parameters).toEqual({ binary_data_size: 11 });
  });
});
