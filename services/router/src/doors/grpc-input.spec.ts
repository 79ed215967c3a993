import { inferenceV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { sampleRoute, sampleRun } from '../../test/sample-run.js';
import { readChatInput } from './chat-input.js';
import { visibleModels } from './models.js';

const input = (extra: object = {}) =>
  inferenceV1.ChatInput.fromPartial({ model: 'm', messages: [{ role: 'user', content: 'hi', name: 'ann' }], ...extra });

describe('readChatInput', () => {
  it('reads as the HTTP door does, with absent fields absent', () => {
    expect(readChatInput(input(), true)).toEqual({
      model: 'm',
      prompt: { kind: 'chat', turns: [{ role: 'user', content: 'hi', name: 'ann' }] },
      sampling: { maxTokens: undefined, temperature: undefined, topP: undefined, seed: undefined, stop: [] },
      stream: true,
    });
    const sampling = { maxTokens: 3, temperature: 0, topP: 0.5, seed: 7, stop: ['x'] };
    expect(readChatInput(input({ sampling }), false)).toMatchObject({ sampling, stream: false });
  });

  it.each([
    [undefined, 'input'],
    [input({ model: '' }), 'model'],
    [input({ messages: [] }), 'messages'],
    [input({ sampling: { maxTokens: 0 } }), 'max_tokens'],
    [input({ sampling: { topP: 2 } }), 'top_p'],
    [input({ sampling: { stop: ['1', '2', '3', '4', '5'] } }), 'stop'],
  ])('refuses bad input by the name of its parameter', (value, param) => {
    expect.assertions(1);
    try {
      readChatInput(value, false);
    } catch (error) {
      expect(error instanceof WeirError && [error.code, error.param]).toEqual(['invalid_request', param]);
    }
  });
});

describe('visibleModels', () => {
  it('are sorted, and only those of the caller', () => {
    const { principal } = sampleRun().caller;
    const routes = ['b', 'c', 'a'].map((alias) => ({ ...sampleRoute, alias, created_at: 1_999 }));
    const foreign = { ...sampleRoute, alias: 'foreign', organization_id: 'x' };
    const models = visibleModels([...routes, foreign, { ...sampleRoute, alias: 'd', organization_id: '' }], principal);
    expect(models.map(({ id, created, owned_by }) => [id, created, owned_by])).toEqual([
      ['a', 1, 'o'],
      ['b', 1, 'o'],
      ['c', 1, 'o'],
      ['d', 0, 'weir'],
    ]);
  });
});
