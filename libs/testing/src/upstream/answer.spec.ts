import { describe, expect, it } from 'vitest';
import { answerTo, refusalOf } from './answer.js';
import { DEFAULT_BEHAVIOUR } from './behaviour.js';

const chat = (content: unknown) => ({ messages: [{ role: 'user', content }] });

describe('answerTo', () => {
  it('has as many tokens as asked of it, and counts words', () => {
    expect(answerTo(chat('one two three'), { ...DEFAULT_BEHAVIOUR, chunks: 2 })).toMatchObject({
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

  it('calls the tool that it must or may call', () => {
    const tool = (name: string) => ({
      function: { name, parameters: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
    });
    const tools = [tool('a'), tool('b')];
    const called = (tool_choice?: string | { function: { name: string } }) =>
      answerTo({ ...chat('x'), tools, tool_choice }, DEFAULT_BEHAVIOUR);
    expect(called('required')).toMatchObject({
      calls: [{ name: 'a', arguments: '{"n":0}' }],
      finishReason: 'tool_calls',
    });
    expect(called({ function: { name: 'b' } }).calls[0]?.name).toBe('b');
    expect(called('none')).toMatchObject({ calls: [], finishReason: 'stop' });
  });

  it('writes JSON where it must, and refuses a schema that it does not understand', () => {
    const as = (schema: object) => ({
      ...chat('x'),
      response_format: { type: 'json_schema', json_schema: { schema } },
    });
    const schema = { type: 'object', required: ['to'], properties: { to: { enum: ['sea'] } } };
    expect(JSON.parse(answerTo(as(schema), DEFAULT_BEHAVIOUR).tokens.join(''))).toEqual({ to: 'sea' });
    expect(refusalOf(as(schema), DEFAULT_BEHAVIOUR)).toBeUndefined();
    expect(refusalOf(as({ type: 'river' }), DEFAULT_BEHAVIOUR)?.param).toBe('response_format');
  });

  it('stops at a text across tokens', () => {
    const answer = answerTo({ ...chat('x'), stop: ['en to'] }, DEFAULT_BEHAVIOUR);
    expect([answer.tokens, answer.finishReason]).toEqual([['tok'], 'stop']);
    expect(answerTo({ ...chat('x'), stop: 'river' }, DEFAULT_BEHAVIOUR).tokens).toHaveLength(5);
  });

  it('goes on to the length that is asked for', () => {
    expect(answerTo({ ...chat('x'), min_tokens: 7 }, DEFAULT_BEHAVIOUR).tokens).toHaveLength(7);
    const endless = answerTo({ ...chat('x'), max_tokens: 9, ignore_eos: true }, DEFAULT_BEHAVIOUR);
    expect([endless.tokens.length, endless.finishReason]).toEqual([9, 'length']);
  });
});
