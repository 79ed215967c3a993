import { describe, expect, it } from 'vitest';
import { promptMessageOf, samplingOf } from './sampling.js';

const none = { maxTokens: undefined, temperature: undefined, topP: undefined, seed: undefined, stop: [] };

describe('samplingOf', () => {
  it('fills in the defaults of the OpenAI API and a random seed', () => {
    expect(samplingOf(none, 99, () => 0.5)).toEqual({
      maxTokens: 99,
      temperature: 1,
      topP: 1,
      seed: 2 ** 31,
      reproducible: false,
      stop: [],
    });
  });

  it('keeps what was asked, never more tokens than the deployment allows, and 32 bits of a seed', () => {
    const asked = { maxTokens: 500, temperature: 0, topP: 0.5, seed: 2 ** 32 + 7, stop: ['x'] };
    const sampling = { maxTokens: 100, temperature: 0, topP: 0.5, seed: 7, reproducible: true, stop: ['x'] };
    expect(samplingOf(asked, 100, () => 0)).toEqual(sampling);
    expect(samplingOf({ ...asked, seed: 0 }, 100, () => 0.9)).toMatchObject({ seed: 0, reproducible: true });
  });
});

describe('promptMessageOf', () => {
  it('gives chat templates the roles that they know', () => {
    const turns = [
      { role: 'developer', content: 'a', name: 'n' },
      { role: 'user', content: 'b', name: '' },
    ];
    expect(promptMessageOf({ kind: 'chat', turns })).toEqual({
      kind: 'chat',
      turns: [
        { role: 'system', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    });
    expect(promptMessageOf({ kind: 'text', text: 'x' })).toEqual({ kind: 'text', text: 'x' });
  });
});
