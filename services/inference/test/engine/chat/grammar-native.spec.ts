import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  getLlama,
  LlamaGrammarEvaluationState,
  LlamaLogLevel,
  type Llama,
  type LlamaModel,
} from '../../../engine/node_modules/node-llama-cpp/dist/index.js';
import { ChatTemplate } from '../../../engine/src/chat/chat-template.js';
import { grammarOf } from '../../../engine/src/chat/grammar.js';
import { createToolCallParser } from '../../../engine/src/chat/tool-call-parser.js';
import { modelFile } from '../../fixtures.js';
import { gbnfMatches } from './gbnf-matcher.js';
import { isValid, schemaAndValue } from './schema-values.js';

const auto = { mode: 'auto' } as const;
const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 20 },
    born: { type: 'integer', minimum: 1000, maximum: 2100 },
    kind: { enum: ['river', 'city'] },
    tags: { type: 'array', items: { type: 'string', maxLength: 8 }, maxItems: 2 },
  },
  required: ['name', 'born', 'kind'],
  additionalProperties: false,
};
const parameters = { type: 'object', properties: { city: { type: 'string', maxLength: 30 } }, required: ['city'] };
const tools = [{ name: 'get_weather', description: 'The weather of a city', parameters }];

describe('grammars in llama.cpp', () => {
  let llama: Llama;
  let model: LlamaModel;
  let template: ChatTemplate;

  beforeAll(async () => {
    llama = await getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      logLevel: LlamaLogLevel.error,
      maxThreads: 1,
    });
    model = await llama.loadModel({ modelPath: modelFile() });
    const source = model.fileInfo.metadata.tokenizer.chat_template ?? '';
    template = new ChatTemplate(source, { bos: model.tokens.bosString ?? '', eos: model.tokens.eosString ?? '' });
  });
  afterAll(() => llama.dispose());

  async function generated(grammarText: string, prompt: Parameters<ChatTemplate['render']>[0], seed: number) {
    const grammar = await llama.createGrammar({ grammar: grammarText });
    const context = await model.createContext({ contextSize: 1_024 });
    const tokens = template.render(prompt).flatMap(({ text, markup }) => model.tokenize(text, markup));
    const options = {
      temperature: 1.2,
      seed,
      grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }),
    };
    const answer = [];
    for await (const token of context.getSequence().evaluate(tokens, options)) {
      if (model.isEogToken(token) || answer.length === 200) break;
      answer.push(token);
    }
    await context.dispose();
    return model.detokenize(answer);
  }

  it('are read and understood as ours are', async () => {
    const cases = fc.sample(schemaAndValue, { numRuns: 150, seed: 11 });
    for (const [index, { schema, value }] of cases.entries()) {
      const text = grammarOf({ kind: 'json_schema', schema }, [], auto, template.toolFormat)!;
      const grammar = await llama.createGrammar({ grammar: text });
      const native = grammar as unknown as { _testText(text: string): boolean };
      const other = JSON.stringify(cases[(index + 1) % cases.length]!.value);
      expect(native._testText(JSON.stringify(value, undefined, 2))).toBe(true);
      expect(native._testText(other)).toBe(gbnfMatches(text, other));
    }
  });

  it('are taken at the limits of what may be counted', async () => {
    const schemas = [
      { type: 'string', minLength: 1_000, maxLength: 1_999 },
      { type: 'array', items: { type: 'array', items: { type: 'integer' }, maxItems: 1_999 }, maxItems: 1_999 },
      { type: 'string', pattern: '^(?:[a-f]{1,1999}-){2,1999}$' },
      ...['date', 'time', 'date-time', 'uuid', 'email', 'ipv4', 'uri'].map((format) => ({ type: 'string', format })),
      { type: 'object', properties: { [`long ${'n'.repeat(200)}`]: {} }, additionalProperties: true },
    ];
    for (const schema of schemas) {
      const text = grammarOf({ kind: 'json_schema', schema }, [], auto, template.toolFormat)!;
      await expect(llama.createGrammar({ grammar: text })).resolves.toBeDefined();
    }
  });

  it('make a small model write valid JSON', async () => {
    const grammar = grammarOf({ kind: 'json_schema', schema }, [], auto, template.toolFormat)!;
    const prompt = { turns: [{ role: 'user', content: 'Describe the river Rhine.' }] };
    for (const seed of [1, 2]) {
      const value = JSON.parse(await generated(grammar, prompt, seed)) as Record<string, unknown>;
      expect(isValid({ ...schema, properties: {}, required: schema.required, additionalProperties: true }, value)).toBe(
        true,
      );
      for (const [key, item] of Object.entries(value))
        expect(isValid(schema.properties[key as never], item), key).toBe(true);
    }
  });

  it('make a small model call a tool in its form', async () => {
    const prompt = { turns: [{ role: 'user', content: 'How is the weather in Paris?' }], tools };
    const grammar = grammarOf({ kind: 'text' }, tools, { mode: 'named', name: 'get_weather' }, template.toolFormat)!;
    for (const seed of [1, 2]) {
      const parser = createToolCallParser(template.toolFormat, ['get_weather'], {
        newId: () => 'call_1',
        single: false,
      });
      const { text, toolCalls } = parser.push(await generated(grammar, prompt, seed));
      expect(text + parser.flush().text).toBe('');
      expect(toolCalls).toEqual([expect.objectContaining({ index: 0, id: 'call_1', name: 'get_weather' })]);
      const args = JSON.parse(toolCalls[0]!.arguments) as { city: string };
      expect(args.city).toBeTypeOf('string');
    }
  });
});
