import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../src/eventually.js';
import { FakeUpstream, fakeUpstream } from '../src/upstream/fake-upstream.js';

let upstream: FakeUpstream;
beforeEach(async () => {
  upstream = await fakeUpstream({ chunks: 3, text: (index) => `t${index} ` });
});
afterEach(() => upstream[Symbol.asyncDispose]());

const post = (body: object, init: RequestInit = {}, path = '/chat/completions') =>
  fetch(upstream.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'fake-model', messages: [{ role: 'user', content: 'hello there' }], ...body }),
    ...init,
  });

async function lines(response: Response): Promise<string[]> {
  const text = await response.text();
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((line) => line.replace(/^data: /, ''));
}

interface Chunk {
  readonly choices: { delta: { content?: string; role?: string }; finish_reason: string | null }[];
  readonly usage?: object | null;
}

describe('a fake upstream', () => {
  it('answers plain chats and completions', async () => {
    const chat = await (await post({})).json();
    expect(chat).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 't0 t1 t2 ' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
    });
    const completion = await (await post({ prompt: 'one' }, {}, '/completions')).json();
    expect(completion).toMatchObject({ object: 'text_completion', choices: [{ text: 't0 t1 t2 ' }] });
    expect(upstream.requests.map(({ path, chunksSent }) => [path, chunksSent])).toEqual([
      ['/chat/completions', 3],
      ['/completions', 3],
    ]);
  });

  it('streams role, tokens, finish, usage only when asked, and [DONE]', async () => {
    const without = await lines(await post({ stream: true }));
    expect(without.at(-1)).toBe('[DONE]');
    const chunks = without.slice(0, -1).map((line) => JSON.parse(line) as Chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content)).toEqual(['', 't0 ', 't1 ', 't2 ', undefined]);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
    const withUsage = await lines(await post({ stream: true, stream_options: { include_usage: true } }));
    const last = JSON.parse(withUsage.at(-2) ?? '') as Chunk;
    expect(last).toMatchObject({ choices: [], usage: { total_tokens: 5 } });
    expect((JSON.parse(withUsage[0] ?? '') as Chunk).usage).toBeNull();
  });

  it('lists its models and knows nothing else', async () => {
    const models = await (await fetch(`${upstream.baseUrl}/models`)).json();
    expect(models).toMatchObject({ data: [{ id: 'fake-model' }] });
    expect((await fetch(`${upstream.url}/nowhere`)).status).toBe(404);
    expect((await post({}, { body: '{' })).status).toBe(400);
  });

  it('takes its time', async () => {
    upstream.behave({ ttftMs: 40, gapMs: 20 });
    const started = performance.now();
    await lines(await post({ stream: true }));
    expect(performance.now() - started).toBeGreaterThan(40 + 2 * 20 - 5);
  });

  it.each([true, false])('sees within 100 ms that a caller left (stream: %s)', async (stream) => {
    upstream.fail({ kind: 'stall', afterChunks: 2 });
    const leave = new AbortController();
    const answer = post({ stream }, { signal: leave.signal }).then((response) => response.text());
    const seen = await eventually(() => upstream.requests[0]);
    if (stream) await eventually(() => seen.chunksSent === 2);
    const left = Date.now();
    leave.abort();
    await expect(answer).rejects.toThrow();
    await eventually(() => seen.abortedAt);
    expect((seen.abortedAt ?? 0) - left).toBeLessThan(100);
    expect(upstream.aborts).toEqual([seen]);
    expect(seen.endedAt).toBeUndefined();
  });

  it('fails with a status so many times as told', async () => {
    upstream.fail({ kind: 'status', status: 429, headers: { 'retry-after': '3' } }, 2);
    const answers = [await post({}), await post({ stream: true }), await post({})];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(answers[0]?.headers.get('retry-after')).toBe('3');
    await Promise.all(answers.map((answer) => answer.text()));
  });

  it('cuts a stream after some chunks, which do arrive', async () => {
    upstream.fail({ kind: 'cut', afterChunks: 2 });
    const response = await post({ stream: true });
    let text = '';
    const reading = async () => {
      for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += part;
    };
    await expect(reading()).rejects.toThrow();
    expect(text).toContain('t1 ');
    expect(text).not.toContain('t2 ');
  });

  it('sends an error as the first data line, or garbage later', async () => {
    upstream.fail({ kind: 'error_event' });
    expect(JSON.parse((await lines(await post({ stream: true })))[0] ?? '')).toHaveProperty(
      'error.code',
      'made_to_fail',
    );
    expect(await (await post({})).json()).toHaveProperty('error');
    upstream.fail({ kind: 'garbage', afterChunks: 1 });
    const received = await lines(await post({ stream: true }));
    expect(() => JSON.parse(received.at(-1) ?? '') as unknown).toThrow();
    upstream.fail(undefined);
    expect((await post({})).status).toBe(200);
  });
});
