import { describe, expect, it } from 'vitest';
import { sampleTurn } from '../../../test/sample-run.js';
import { readDetokenizeBody, readTokenizeBody, readTokenizerQuery } from './tokenizer-body.js';

describe('readTokenizeBody', () => {
  it('adds special tokens unless told otherwise; a chat template brings its own', () => {
    expect(readTokenizeBody({ prompt: '' })).toEqual({
      model: undefined,
      prompt: { kind: 'text', text: '' },
      addSpecialTokens: true,
    });
    expect(readTokenizeBody({ prompt: 'a', add_special_tokens: false }).addSpecialTokens).toBe(false);
    expect(readTokenizeBody({ model: 'm', messages: [{ role: 'user', content: 'a' }] })).toEqual({
      model: 'm',
      prompt: { kind: 'chat', turns: [sampleTurn('a')] },
      addSpecialTokens: false,
    });
  });

  it.each([{}, { prompt: null }, { prompt: 'a', messages: [{ role: 'user', content: 'a' }] }])(
    'refuses %o: it needs one of both',
    (body) => expect(() => readTokenizeBody(body)).toThrow("'messages'"),
  );

  it('takes vLLM fields that ask for nothing', () => {
    const body = { prompt: 'a', add_generation_prompt: true, continue_final_message: false };
    expect(readTokenizeBody(body).prompt).toEqual({ kind: 'text', text: 'a' });
  });
});

describe('readDetokenizeBody', () => {
  it('reads tokens, also none', () => {
    expect(readDetokenizeBody({ tokens: [1, 2], model: 'm' })).toEqual({ tokens: [1, 2], model: 'm' });
    expect(readDetokenizeBody({ tokens: [] })).toEqual({ tokens: [], model: undefined });
    expect(() => readDetokenizeBody({ tokens: [1.5] })).toThrow("'tokens");
  });
});

describe('readTokenizerQuery', () => {
  it('reads the model, and refuses two of them', () => {
    expect([readTokenizerQuery({}), readTokenizerQuery({ model: 'm' })]).toEqual([undefined, 'm']);
    expect(() => readTokenizerQuery({ model: ['a', 'b'] })).toThrow("'model'");
  });
});
