import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRequest, sampleTurn } from '../../test/sample-run.js';
import { DEFAULT_FORM, type InferenceRequest, type Prompt } from './inference-request.js';
import { brokeJson, textsOf, withTexts } from './prompt-texts.js';

const completion = (...prompts: Prompt[]): InferenceRequest => ({
  ...sampleRequest,
  operation: 'text_completion',
  prompts,
});
const calling: InferenceRequest = {
  ...sampleRequest,
  prompts: [
    {
      kind: 'chat',
      turns: [
        sampleTurn('hi'),
        sampleTurn('', { role: 'assistant', toolCalls: [{ id: 'c', name: 'add', arguments: '{"a":1}' }] }),
        sampleTurn('result', { role: 'tool', toolCallId: 'c' }),
      ],
    },
  ],
  form: {
    ...DEFAULT_FORM,
    tools: [
      { name: 'add', description: 'adds', parameters: '{"type":"object"}' },
      { name: 'nothing', description: '', parameters: '' },
    ],
    responseFormat: { kind: 'json_schema', schema: '{"const":1}' },
  },
};

describe('textsOf', () => {
  it('names every text that a model reads', () => {
    expect(textsOf(calling).map(({ path, text }) => [path, text])).toEqual([
      ['messages.0.content', 'hi'],
      ['messages.1.content', ''],
      ['messages.1.tool_calls.0.function.arguments', '{"a":1}'],
      ['messages.2.content', 'result'],
      ['tools.0.function.description', 'adds'],
      ['tools.0.function.parameters', '{"type":"object"}'],
      ['response_format.json_schema.schema', '{"const":1}'],
    ]);
  });

  it('names the place among several prompts', () => {
    const tokens: Prompt = { kind: 'tokens', ids: [1], text: 'one' };
    const pathsOf = (request: InferenceRequest) => textsOf(request).map(({ path }) => path);
    expect(pathsOf(completion(tokens))).toEqual(['prompt']);
    expect(pathsOf(completion({ kind: 'text', text: 'a' }, tokens))).toEqual(['prompt.0', 'prompt.1']);
    expect(pathsOf({ ...completion(tokens), operation: 'embeddings' })).toEqual(['input']);
  });
});

describe('withTexts', () => {
  it('changes nothing when the texts are the same', () => {
    for (const request of [calling, completion({ kind: 'text', text: 'a' }, { kind: 'tokens', ids: [1], text: 'x' })]) {
      const texts = textsOf(request).map(({ text }) => text);
      expect(withTexts(request, texts)).toEqual(request);
    }
  });

  it('puts every text back into its place', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 7, maxLength: 7 }), (texts) => {
        expect(textsOf(withTexts(calling, texts)).map(({ text }) => text)).toEqual(texts);
      }),
    );
  });

  it('gives up tokens whose text was changed', () => {
    const request = completion({ kind: 'tokens', ids: [1], text: 'secret' });
    expect(withTexts(request, ['******']).prompts).toEqual([{ kind: 'text', text: '******' }]);
  });
});

describe('brokeJson', () => {
  it.each([
    [true, '{"a":1}', '{"a":*}', true],
    [true, '{"a":"1"}', '{"a":"*"}', false],
    [true, 'no JSON from the start', '***', false],
    [false, '{"a":1}', '{"a":*}', false],
  ])('JSON: %s, %s → %s: %s', (json, text, after, broke) => {
    expect(brokeJson({ path: 'x', text, json }, after)).toBe(broke);
  });
});
