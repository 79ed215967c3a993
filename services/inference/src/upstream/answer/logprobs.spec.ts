import { describe, expect, it } from 'vitest';
import { logprobsOf } from './logprobs.js';

describe('logprobsOf', () => {
  it('reads the form of chats, with bytes of half a character', () => {
    const content = [
      { token: ' a', logprob: -0.5, bytes: [32, 97], top_logprobs: [{ token: ' a', logprob: -0.5, bytes: [32, 97] }] },
      { token: '\ufffd', logprob: -1, bytes: [0xe6], id: 9, top_logprobs: [] },
      { token: 'b', logprob: -2, bytes: null },
    ];
    const [first, second, third] = logprobsOf({ content });
    expect(first).toMatchObject({ token: ' a', logprob: -0.5, top: [{ token: ' a', logprob: -0.5 }] });
    expect(second).toMatchObject({ id: 9, bytes: Uint8Array.of(0xe6), top: [] });
    expect([...(third?.bytes ?? [])]).toEqual([98]);
  });

  it('reads the form of completions: no number for the first token of a prompt, likeliest first', () => {
    const read = logprobsOf({
      tokens: ['Hi', ' you'],
      token_logprobs: [null, -1.25],
      top_logprobs: [null, { ' me': -2, ' you': -1.25 }],
      text_offset: [0, 2],
    });
    expect(read.map(({ token, logprob }) => [token, logprob])).toEqual([
      ['Hi', undefined],
      [' you', -1.25],
    ]);
    expect(read[1]?.top.map(({ token, logprob }) => [token, logprob])).toEqual([
      [' you', -1.25],
      [' me', -2],
    ]);
  });

  it('keeps numbers as they are, so that the likeliest token equals its entry', () => {
    const exact = -0.30000000000000004;
    const [token] = logprobsOf({ tokens: ['x'], token_logprobs: [exact], top_logprobs: [{ x: exact }] });
    expect(token?.logprob).toBe(token?.top[0]?.logprob);
  });

  it.each([undefined, null, 5, {}, { content: null }, { content: [5, { token: 1 }] }, { tokens: 'ab' }])(
    'finds none in %j',
    (value) => {
      expect(logprobsOf(value)).toEqual([]);
    },
  );
});
