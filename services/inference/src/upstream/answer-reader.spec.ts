import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReader } from './answer-reader.js';

const chunk = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null });
const finish = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const usage = (prompt: number, completion: number, cached?: number) => ({
  choices: [],
  usage: {
    prompt_tokens: prompt,
    completion_tokens: completion,
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
  },
});
const stream = (...items: unknown[]) =>
  `${items.map((item) => `data: ${JSON.stringify(item)}\n\n`).join('')}data: [DONE]\n\n`;

function read(pieces: readonly Uint8Array[]): { reader: AnswerReader; text: string } {
  const reader = new AnswerReader();
  const texts = pieces.map((piece) => reader.push(piece).text);
  return { reader, text: [...texts, reader.flush().text].join('') };
}

const readText = (text: string) => read([Buffer.from(text)]);

describe('AnswerReader', () => {
  it('reads text, finish and usage', () => {
    const { reader, text } = readText(stream(chunk('Hi'), chunk(' there'), finish('length'), usage(7, 2, 3)));
    expect(text).toBe('Hi there');
    expect(reader).toMatchObject({
      pieces: 2,
      finish: 'length',
      usage: { inputTokens: 7, outputTokens: 2, cachedInputTokens: 3 },
    });
  });

  it('reads text completions and a role chunk without text', () => {
    const role = { choices: [{ delta: { role: 'assistant', content: '' } }] };
    const { reader, text } = readText(stream(role, { choices: [{ text: 'abc' }] }, finish('stop')));
    expect([text, reader.pieces, reader.finish, reader.usage]).toEqual(['abc', 1, 'stop', undefined]);
  });

  it('reads the same, however the bytes are cut', () => {
    const bytes = Buffer.from(stream(chunk('größer 🎉'), chunk('日本'), finish('stop'), usage(1, 2)));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const { reader, text } = read(places.slice(1).map((end, index) => bytes.subarray(places[index], end)));
        expect([text, reader.pieces, reader.finish]).toEqual(['größer 🎉日本', 2, 'stop']);
      }),
    );
  });

  it.each([
    ['an error object', { error: { message: 'overheated', type: 'server_error' } }, 'upstream_error'],
    ['an error with a status', { error: { message: 'slow down', code: 429 } }, 'engine_overloaded'],
    ['an error text', { error: 'broken' }, 'upstream_error'],
  ])('fails at %s inside a stream that began as 200', (_what, item, code) => {
    expect(() => readText(stream(item))).toThrow(expect.objectContaining({ code }));
  });

  it('fails at what is not a chunk', () => {
    expect(() => readText('data: {"choices":\n\n')).toThrow(expect.objectContaining({ code: 'upstream_error' }));
    expect(() => readText('data: 5\n\n')).toThrow(expect.objectContaining({ code: 'upstream_error' }));
  });

  it.each([
    ['negative', { prompt_tokens: -1, completion_tokens: 1 }],
    ['fractional', { prompt_tokens: 1.5, completion_tokens: 1 }],
    ['partial', { prompt_tokens: 1 }],
    ['textual', { prompt_tokens: '1', completion_tokens: '1' }],
  ])('takes %s usage for none', (_what, wrong) => {
    expect(readText(stream({ choices: [], usage: wrong })).reader.usage).toBeUndefined();
  });
});
