import { describe, expect, it } from 'vitest';
import { readScoredAnswer } from './scored-answer.js';

const answer = (more: object = {}, logprobs: object | null = {}) =>
  JSON.stringify({
    choices: [
      {
        text: 'Hi you there',
        finish_reason: 'length',
        logprobs: logprobs && {
          tokens: ['Hi', ' you', ' there'],
          token_logprobs: [null, -1, -2],
          top_logprobs: [null, { ' you': -1 }, { ' there': -2 }],
          ...logprobs,
        },
      },
    ],
    usage: { prompt_tokens: 2, completion_tokens: 1 },
    ...more,
  });
const prompt = { kind: 'text', text: 'Hi you' } as const;

describe('readScoredAnswer', () => {
  it('parts the prompt from what follows', () => {
    const read = readScoredAnswer(answer(), prompt);
    expect(read).toMatchObject({ text: ' there', finish: 'length', usage: { inputTokens: 2, outputTokens: 1 } });
    expect(read.promptLogprobs.map(({ logprob }) => logprob)).toEqual([undefined, -1]);
    expect(read.logprobs.map(({ token }) => token)).toEqual([' there']);
  });

  it('finds the end of a prompt of tokens by their texts', () => {
    expect(readScoredAnswer(answer(), { kind: 'tokens', ids: [1, 2] }).text).toBe(' there');
  });

  it('finds it also where the first token is none of the text', () => {
    const tokens = ['<s>', 'Hi you', ' there'];
    expect(readScoredAnswer(answer({}, { tokens }), { kind: 'tokens', ids: [1, 2] }).text).toBe(' there');
  });

  it('lets no half of a character through', () => {
    const choices = [{ text: 'Hi you\ud800', finish_reason: 'length', logprobs: { tokens: ['Hi', ' you', '\ud800'] } }];
    const read = readScoredAnswer(answer({ choices }), prompt);
    expect([read.text, read.logprobs[0]?.token]).toEqual(['\ufffd', '\ufffd']);
  });

  it('says so when the upstream did not echo', () => {
    const silent = answer({}, { tokens: [' there'], token_logprobs: [-2], top_logprobs: [{}] });
    const longer = answer({}, { token_logprobs: [-1, -1, -2] });
    for (const body of [silent, answer({}, null), longer]) {
      expect(() => readScoredAnswer(body, prompt)).toThrow(
        expect.objectContaining({ code: 'unsupported_parameter', param: 'echo' }),
      );
    }
  });

  it.each([
    ['an error', JSON.stringify({ error: { message: 'slow down', code: 429 } }), 'engine_overloaded'],
    ['no JSON', 'oops', 'upstream_error'],
    ['no object', '5', 'upstream_error'],
    ['no usage', answer({ usage: null }), 'upstream_error'],
    ['no choice', answer({ choices: [] }), 'upstream_error'],
  ])('fails at %s', (_what, body, code) => {
    expect(() => readScoredAnswer(body, prompt)).toThrow(expect.objectContaining({ code }));
  });
});
