import { describe, expect, it } from 'vitest';
import { answerTo, DEFAULT_BEHAVIOUR } from './behaviour.js';

const chat = (content: unknown) => ({ messages: [{ role: 'user', content }] });

describe('answerTo', () => {
  it('has as many tokens as asked of it, and counts words', () => {
    expect(answerTo(chat('one two three'), { ...DEFAULT_BEHAVIOUR, chunks: 2 })).toEqual({
      tokens: ['token', ' token'],
      finishReason: 'stop',
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
  });

  it.each(['max_tokens', 'max_completion_tokens'])('stops at %s', (name) => {
    const answer = answerTo({ ...chat('x'), [name]: 2 }, DEFAULT_BEHAVIOUR);
    expect(answer).toMatchObject({ tokens: ['token', ' token'], finishReason: 'length' });
  });

  it('gives the input back word by word when it echoes', () => {
    const echo = { ...DEFAULT_BEHAVIOUR, echo: true };
    expect(answerTo(chat('mind the  gap'), echo).tokens).toEqual(['mind', ' the', '  gap']);
    expect(
      answerTo(
        chat([
          { type: 'text', text: 'in ' },
          { type: 'text', text: 'parts' },
        ]),
        echo,
      ).tokens,
    ).toEqual(['in', ' parts']);
    expect(answerTo({ prompt: 'completed' }, echo).tokens).toEqual(['completed']);
    expect(answerTo({}, echo).tokens).toEqual([]);
  });
});
