import { openInferenceV2 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { readGenerateBody } from './generate-body.js';
import { inferResponse, readInferRequest } from './grpc-infer.js';
import { joinRaw } from './tensor.js';

const text = Buffer.from('Grüße');
const rawText = Buffer.from(joinRaw([text]));
const tensor = { name: 'text_input', datatype: 'BYTES', shape: [1] };
const { ModelInferRequest } = openInferenceV2;

const typed = (change: Parameters<typeof ModelInferRequest.fromPartial>[0] = {}) =>
  ModelInferRequest.fromPartial({
    modelName: 'chat',
    id: '7',
    inputs: [{ ...tensor, contents: { bytesContents: [text] } }],
    ...change,
  });
const raw = () => ModelInferRequest.fromPartial({ modelName: 'chat', inputs: [tensor], rawInputContents: [rawText] });

describe('a request over gRPC', () => {
  it('has its text in typed or in raw contents', () => {
    expect(readInferRequest(typed())).toMatchObject({ model: 'chat', version: '', text: 'Grüße' });
    expect(readInferRequest(raw()).text).toBe('Grüße');
  });

  it('has parameters of every kind', () => {
    const parameters = {
      max_tokens: { parameterChoice: { $case: 'int64Param' as const, value: 9 } },
      temperature: { parameterChoice: { $case: 'doubleParam' as const, value: 0.5 } },
      stop: { parameterChoice: { $case: 'stringParam' as const, value: 'x' } },
    };
    expect(readInferRequest(typed({ parameters })).parameters.sampling).toMatchObject({
      maxTokens: 9,
      temperature: 0.5,
      stop: ['x'],
    });
  });

  it.each([
    [typed({ rawInputContents: [rawText] }), 'both contents and raw contents'],
    [typed({ inputs: [tensor], rawInputContents: [text, text] }), 'has 2 items for 1 inputs'],
    [typed({ outputs: [{ name: 'logits' }] }), 'outputs names logits'],
    [typed({ parameters: { top_k: {} } }), 'parameters.top_k has no value'],
  ])('is refused by name', (request, message) => {
    expect(() => readInferRequest(request)).toThrow(message);
  });

  it('is answered in its own form', () => {
    expect(inferResponse(typed(), '3', 'ab')).toMatchObject({
      modelName: 'chat',
      modelVersion: '3',
      id: '7',
      outputs: [{ name: 'text_output', contents: { bytesContents: [Buffer.from('ab')] } }],
      rawOutputContents: [],
    });
    const { outputs, rawOutputContents } = inferResponse(raw(), '3', 'ab');
    expect(outputs[0]).not.toHaveProperty('contents');
    expect(rawOutputContents).toEqual([Buffer.from([2, 0, 0, 0, 97, 98])]);
  });
});

describe('the body of generate', () => {
  it('is a text with parameters', () => {
    expect(readGenerateBody({ text_input: 'a', parameters: { max_tokens: 3 } })).toMatchObject({
      text: 'a',
      parameters: { sampling: { maxTokens: 3 } },
    });
  });

  it.each([[{}], [{ text_input: 5 }], [{ text_input: '\ud800' }], [{ text_input: 'a', stream: true }]])(
    'is refused when it is %j',
    (body) => expect(() => readGenerateBody(body)).toThrow(expect.objectContaining({ code: 'invalid_request' })),
  );
});
