import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReader } from './answer-reader.js';

const chunk = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null });
const finish = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const delta = (fields: object, more: object = {}) => ({ choices: [{ index: 0, delta: fields, ...more }] });
const call = (index: number, name: string) => ({ index, id: `id-${index}`, function: { name, arguments: '{}' } });
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
  const reader = new AnswerReader(() => 'made');
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

  it('tells thoughts from text, under whichever name they come, once each', () => {
    const reader = new AnswerReader(() => 'made');
    const both = { reasoning_content: 'c', reasoning: 'c' };
    const thoughts = [delta({ reasoning_content: 'a' }), delta({ thinking: 'b' }), delta(both)];
    const part = reader.push(Buffer.from(stream(...thoughts, chunk('yes'), finish('stop'))));
    expect(part).toMatchObject({ text: 'yes', reasoning: 'abc', pieces: 4 });
    expect(reader.pieces).toBe(4);
  });

  it('gives log probabilities of text only: those of thoughts would spell them', () => {
    const logprobs = (token: string) => ({ logprobs: { content: [{ token, logprob: -1, bytes: null }] } });
    const shown = (...items: unknown[]) =>
      new AnswerReader(() => 'made').push(Buffer.from(stream(...items))).logprobs.map(({ token }) => token);
    const thought = delta({ reasoning_content: 'hm' }, logprobs('hm'));
    const text = delta({ content: 'a' }, logprobs('a'));
    const mixed = delta({ content: 'a', reasoning: 'hm' }, logprobs('hma'));
    expect(shown(thought, text)).toEqual(['a']);
    expect(shown(text, mixed, text)).toEqual(['a']);
  });

  it('reads a refusal, and text in parts, as text', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    expect(readText(stream(delta({ refusal: 'No. ' }), delta({ content: parts }))).text).toBe('No. ab');
  });

  it('joins a character that came in two halves, and gives no half of one, whoever wrote it', () => {
    const halves = [delta({ content: 'a\ud83d' }), delta({ content: '\ude00b\ud800' }), finish('stop')];
    const split = readText(stream(...halves));
    expect([split.text, split.reader.pieces]).toEqual(['a\u{1f600}b\ufffd', 2]);
    const thoughts = [delta({ reasoning: '\ud83d' }), delta({ reasoning: '\ude00' }), delta({ reasoning: '\ud800' })];
    const called = [{ index: 0, function: { name: 'f\ud800', arguments: '"\ud83d' } }];
    const more = [{ index: 0, function: { arguments: '\ude00\ud800' } }];
    const reader = new AnswerReader(() => 'made');
    const bytes = Buffer.from(stream(...thoughts, delta({ tool_calls: called }), delta({ tool_calls: more })));
    const parts = [reader.push(bytes), reader.flush()];
    expect(parts.map(({ reasoning }) => reasoning).join('')).toBe('\u{1f600}\ufffd');
    const calls = parts.flatMap(({ toolCalls }) => toolCalls);
    expect(calls.map(({ arguments: text }) => text).join('')).toBe('"\u{1f600}\ufffd');
    expect(calls[0]?.name).toBe('f\ufffd');
    expect(parts[1]?.pieces).toBe(1);
    const message = { content: 'Hi\ud800', reasoning_content: '\udc00' };
    const whole = new AnswerReader(() => 'made').whole(JSON.stringify({ choices: [{ message }] }));
    expect(whole).toMatchObject({ text: 'Hi\ufffd', reasoning: '\ufffd', pieces: 1 });
  });

  it('reads parts of parts as no text, however deep they are', () => {
    const deep = `${'[{"text":'.repeat(50_000)}"x"${'}]'.repeat(50_000)}`;
    const reader = new AnswerReader(() => 'made');
    expect(reader.whole(`{"choices":[{"message":{"content":${deep}}}]}`).text).toBe('');
  });

  it('reads calls and log probabilities', () => {
    const reader = new AnswerReader(() => 'made');
    const logprobs = { content: [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [] }] };
    const part = reader.push(
      Buffer.from(stream(delta({ content: 'a' }, { logprobs }), delta({ tool_calls: [call(0, 'f'), call(1, 'g')] }))),
    );
    expect(part).toMatchObject({
      text: 'a',
      pieces: 2,
      logprobs: [{ token: 'a' }],
      // What an upstream writes as an id reaches nobody.
      toolCalls: [{ id: 'made' }, { id: 'made', name: 'g' }],
    });
    const older = new AnswerReader(() => 'made').push(
      Buffer.from(
        stream(delta({ function_call: { name: 'f', arguments: '' } }), delta({ function_call: { arguments: '{}' } })),
      ),
    );
    expect(older.toolCalls).toEqual([
      { index: 0, id: 'made', name: 'f', arguments: '' },
      { index: 0, id: '', name: '', arguments: '{}' },
    ]);
  });

  it('reads an answer that comes whole', () => {
    const reader = new AnswerReader(() => 'made');
    const message = { content: 'Hi', tool_calls: [call(0, 'f')] };
    const answer = {
      choices: [{ message, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 1, completion_tokens: 9 },
    };
    expect(reader.whole(JSON.stringify(answer))).toMatchObject({
      text: 'Hi',
      toolCalls: [{ name: 'f', arguments: '{}' }],
    });
    expect(reader).toMatchObject({ finish: 'tool_calls', usage: { outputTokens: 9 } });
  });

  it.each([
    ['stop', 'stop'],
    ['eos_token', 'stop'],
    ['end_turn', 'stop'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool_calls'],
    ['function_call', 'tool_calls'],
  ])('knows the end %s as %s', (reason, known) => {
    expect(readText(stream(chunk('a'), finish(reason))).reader.finish).toBe(known);
  });

  it('ends for its calls, also when the server says stop, but not when it was cut', () => {
    const calls = delta({ tool_calls: [call(0, 'f')] });
    expect(readText(stream(calls, finish('stop'))).reader.finish).toBe('tool_calls');
    expect(readText(stream(calls, finish('length'))).reader.finish).toBe('length');
  });

  it.each([
    ['content_filter', 'content_filter'],
    ['abort', 'engine_failed'],
    ['error', 'engine_failed'],
  ])('fails at the end %s with %s', (reason, code) => {
    expect(() => readText(stream(chunk('a'), finish(reason)))).toThrow(expect.objectContaining({ code }));
  });

  it('does not believe usage that is less than what came', () => {
    expect(readText(stream(chunk('a'), chunk('b'), finish('stop'), usage(1, 1))).reader.usage).toBeUndefined();
    expect(readText(stream(chunk('a'), chunk('b'), finish('stop'), usage(1, 2))).reader.usage).toBeDefined();
  });

  it.each([
    ['an error object', { error: { message: 'overheated', type: 'server_error' } }, 'upstream_error'],
    ['an error with a status', { error: { message: 'slow down', code: 429 } }, 'engine_overloaded'],
    ['an error text', { error: 'broken' }, 'upstream_error'],
    ['an error without its own name', { object: 'error', message: 'broken', code: 503 }, 'upstream_error'],
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
