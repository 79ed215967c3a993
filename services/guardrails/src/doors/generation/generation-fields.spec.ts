import { describe, expect, it } from 'vitest';
import { readWith } from '../wire/door-body.js';
import { chatCompletionBody } from './completion-bodies.js';
import { classificationBody, generationInput } from './task-bodies.js';

const chat = (more: object) =>
  readWith(chatCompletionBody, { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more });

/** Each field with the ends of what it takes, and what lies beyond them. */
const BOUNDS: readonly [string, readonly unknown[], readonly unknown[]][] = [
  ['n', [1, 8], [0, 9, 1.5]],
  ['max_tokens', [1, 1_000_000], [0, 1_000_001, '7']],
  ['min_tokens', [0], [-1]],
  ['temperature', [0, 2], [-0.1, 2.1, 'warm']],
  ['top_p', [0.01, 1], [0, 1.01]],
  ['top_k', [-1, 0, 2 ** 32 - 1], [-2, 2 ** 32]],
  ['min_p', [0, 1], [-0.01, 1.01]],
  ['repetition_penalty', [0.01, 2], [0, 2.01]],
  ['frequency_penalty', [-2, 2], [-2.1, 2.1]],
  ['presence_penalty', [-2, 2], [-2.1, 2.1]],
  ['logit_bias', [{}, { 0: 100, 999999999: -100 }], [{ a: 1 }, { 1: 101 }, [1]]],
  ['seed', [-5, 0], [0.5, '1']],
  ['stop', ['x', ['a', 'b', 'c', 'd'], []], [['a', ''], [1], 'x'.repeat(1_025)]],
  ['user', ['', 'u'.repeat(512)], ['u'.repeat(513), '\ud800', 7]],
  ['priority', [-1_000_000, 1_000_000], [1_000_001, 0.5]],
  ['metadata', [{ a: 'b' }, {}], [{ '': 'b' }, { a: 'x'.repeat(513) }, { a: 1 }]],
  ['ignore_eos', [true, false], ['yes']],
  ['stream', [true, false], [1]],
];

describe('the fields of a completion', () => {
  it.each(BOUNDS)('%s is taken within its bounds, and null for absent', (name, within, beyond) => {
    for (const value of [...within, null]) expect(() => chat({ [name]: value }), JSON.stringify(value)).not.toThrow();
    for (const value of beyond) expect(() => chat({ [name]: value }), JSON.stringify(value)).toThrow(name);
  });

  it('are what generation understands', () => {
    const sampling = (more: object) => chat(more).input.sampling;
    expect(sampling({ seed: -7 })).toMatchObject({ seed: 7 });
    expect(sampling({ top_k: -1 })).toMatchObject({ topK: 0 });
    expect(sampling({ stop: 'END' })).toMatchObject({ stop: ['END'] });
    expect(sampling({ logit_bias: { 5: -1 } })).toMatchObject({ logitBias: { 5: -1 } });
    expect(sampling({ max_tokens: 3, max_completion_tokens: 9 })).toMatchObject({ maxTokens: 9 });
    expect(sampling({})).toMatchObject({ stop: [], minTokens: 0, ignoreEos: false });
    expect(sampling({})?.temperature).toBeUndefined();
    expect(chat({ n: null, user: null, priority: null, metadata: null }).input).toMatchObject({
      n: 1,
      user: '',
      priority: 0,
      metadata: {},
    });
  });
});

describe('the parameters of text generation', () => {
  const task = (text_gen_parameters: object) =>
    readWith(classificationBody, { model_id: 'm', inputs: 'p', text_gen_parameters });

  it.each([
    ['max_new_tokens', [1], [0, 1_000_001]],
    ['min_new_tokens', [0], [-1]],
    ['decoding_method', ['GREEDY', 'SAMPLING'], ['BEAM']],
    ['top_k', [0, 50], [-1]],
    ['top_p', [0.5, 1], [0, 1.1]],
    ['temperature', [0, 2], [2.1]],
    ['repetition_penalty', [2], [0]],
    ['stop_sequences', [['a'], []], [['a', 'b', 'c', 'd', 'e'], 'a', ['']]],
    ['seed', [0, 7], [-1]],
    ['preserve_input_text', [false], [true]],
    ['token_logprobs', [false], [true]],
  ])('%s is taken within its bounds', (name, within, beyond) => {
    for (const value of [...within, null]) expect(() => task({ [name]: value }), JSON.stringify(value)).not.toThrow();
    for (const value of beyond) expect(() => task({ [name]: value }), JSON.stringify(value)).toThrow(name);
  });

  it.each(['typical_p', 'truncate_input_tokens', 'max_time', 'exponential_decay_length_penalty'])(
    '%s is refused by its name',
    (name) => {
      expect(() => task({ [name]: 1 })).toThrow(
        expect.objectContaining({ code: 'unsupported_parameter', param: `text_gen_parameters.${name}` }),
      );
    },
  );

  it('of greedy decoding have no temperature', () => {
    const temperature = (decoding_method: 'GREEDY' | 'SAMPLING' | null) =>
      generationInput('m', 'p', { decoding_method, temperature: 0.7 }).sampling?.temperature;
    expect([temperature('GREEDY'), temperature('SAMPLING'), temperature(null)]).toEqual([0, 0.7, 0.7]);
  });
});
