import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleRequest, sampleTurn } from '../../test/sample-run.js';
import { DEFAULT_FORM, type InferenceRequest, type Prompt } from './inference-request.js';
import { brokeJson, cannotGoOn, textsOf, withTexts } from './prompt-texts.js';

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
        sampleTurn('hi', {
          documents: [
            { title: 'FAQ', text: 'first' },
            { title: '', text: 'second' },
          ],
        }),
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
      ['tools.0.function.name', 'add'],
      ['tools.1.function.name', 'nothing'],
      ['messages.0.documents.0.title', 'FAQ'],
      ['messages.0.documents.0.text', 'first'],
      ['messages.0.documents.1.text', 'second'],
      ['messages.0.content', 'hi'],
      ['messages.1.content', ''],
      ['messages.1.tool_calls.0.function.arguments', '{"a":1}'],
      ['messages.2.content', 'result'],
      ['tools.0.function.description', 'adds'],
      ['tools.0.function.parameters', '{"type":"object"}'],
      ['response_format.json_schema.schema', '{"const":1}'],
    ]);
  });

  it('says of each how far it is trusted, in whose name it stands, and which tool it is about', () => {
    const system = sampleTurn('be kind', { role: 'system' });
    const [chat] = calling.prompts;
    const turns = chat?.kind === 'chat' ? [system, ...chat.turns] : [];
    const texts = textsOf({ ...calling, prompts: [{ kind: 'chat', turns }] });
    expect(texts.map(({ stage, role, tool = '', json = false }) => [stage, role, tool, json])).toEqual([
      ['document', 'system', 'add', false],
      ['document', 'system', 'nothing', false],
      ['input', 'system', '', false],
      ['document', 'user', '', false],
      ['document', 'user', '', false],
      ['document', 'user', '', false],
      ['input', 'user', '', false],
      ['input', 'assistant', '', false],
      ['tool_call', 'assistant', 'add', true],
      ['tool_result', 'tool', 'add', false],
      ['document', 'system', 'add', false],
      ['document', 'system', 'add', true],
      ['input', 'developer', '', true],
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
    const stopping = { ...calling, sampling: { ...calling.sampling, stop: ['END'] } };
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 13, maxLength: 13 }), (texts) => {
        const put = textsOf(withTexts(stopping, texts)).map(({ text }) => text);
        // Names of functions stay.
        expect(put).toEqual([texts[0], 'add', 'nothing', ...texts.slice(3)]);
      }),
    );
  });

  it('gives up tokens whose text was changed', () => {
    const request = completion({ kind: 'tokens', ids: [1], text: 'secret' });
    expect(withTexts(request, ['******']).prompts).toEqual([{ kind: 'text', text: '******' }]);
  });
});

it('cannot go on with another name of a function, nor with JSON that is none', () => {
  const fixed = { text: 'add', fixed: true };
  expect([cannotGoOn(fixed, 'add'), cannotGoOn(fixed, 'a**')]).toEqual([false, true]);
  expect([cannotGoOn({ text: 'add' }, 'a**'), cannotGoOn({ text: '1', json: true }, '*')]).toEqual([false, true]);
});

describe('brokeJson', () => {
  it.each([
    [true, '{"a":1}', '{"a":*}', true],
    [true, '{"a":"1"}', '{"a":"*"}', false],
    [true, 'no JSON from the start', '***', false],
    [false, '{"a":1}', '{"a":*}', false],
  ])('JSON: %s, %s → %s: %s', (json, text, after, broke) => {
    expect(brokeJson({ text, json }, after)).toBe(broke);
  });
});
