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

  it('streams calls in pieces, and log probabilities with each token', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const called = (await lines(await post({ stream: true, tools }))).join('\n');
    expect(called).toContain('"tool_calls":[{"index":0,"id":"call_fake_0","type":"function"');
    expect(called).toContain('"finish_reason":"tool_calls"');
    const whole = await (await post({ tools })).json();
    expect(whole).toMatchObject({
      choices: [{ message: { content: null, tool_calls: [{ function: { arguments: '{}' } }] } }],
    });
    const chat = await (await post({ logprobs: true, top_logprobs: 2 })).json();
    expect(chat).toMatchObject({
      choices: [{ logprobs: { content: [{ token: 't0 ', top_logprobs: [{ token: 't0 ' }, {}] }, {}, {}] } }],
    });
  });

  it('scores a prompt that it echoes', async () => {
    const scored = await (
      await post({ prompt: 'one two', echo: true, logprobs: 1, max_tokens: 1 }, {}, '/completions')
    ).json();
    expect(scored).toMatchObject({
      choices: [
        {
          text: 'one twot0 ',
          logprobs: { tokens: ['one', ' two', 't0 '], token_logprobs: [null, -0.1, -0.1], text_offset: [0, 3, 7] },
        },
      ],
      usage: { prompt_tokens: 2, completion_tokens: 1 },
    });
  });

  it('makes the same vector of the same text, and tells its load and its tokens as vLLM does', async () => {
    const embedded = (await (await post({ input: ['a', 'b', 'a'] }, {}, '/embeddings')).json()) as {
      data: { embedding: number[] }[];
    };
    const [first, second, third] = embedded.data.map(({ embedding }) => embedding);
    expect(first).toEqual(third);
    expect(first).not.toEqual(second);
    expect((await fetch(`${upstream.url}/metrics`)).status).toBe(404);
    upstream.behave({ metrics: true, queued: 2 });
    const metrics = await (await fetch(`${upstream.url}/metrics`)).text();
    expect(metrics).toContain('vllm:num_requests_waiting{engine="0",model_name="fake-model"} 2.000');
    const { tokens } = (await (await post({ prompt: 'ab' }, {}, '/tokenize')).json()) as { tokens: number[] };
    expect(tokens).toEqual([97, 98]);
    expect(await (await post({ tokens }, {}, '/detokenize')).json()).toEqual({ prompt: 'ab' });
    expect(upstream.probes.map(({ path }) => path)).toEqual(['/metrics', '/metrics']);
  });

  it('fails for the requests that a rule names', async () => {
    upstream.failWhen(({ body }) => (body.model === 'bad' ? { kind: 'status', status: 500 } : undefined));
    const statuses = [(await post({ model: 'bad' })).status, (await post({})).status];
    upstream.failWhen(undefined);
    expect([...statuses, (await post({ model: 'bad' })).status]).toEqual([500, 200, 200]);
  });

  it('never ends a line, or its headers', async () => {
    upstream.fail({ kind: 'huge_line', afterChunks: 1 }, 1);
    let length = 0;
    for await (const bytes of (await post({ stream: true })).body ?? []) {
      length += bytes.length;
      if (length > 2_000_000) break;
    }
    expect(length).toBeGreaterThan(2_000_000);
    await eventually(() => upstream.running === 0);
    upstream.fail({ kind: 'endless_headers', everyMs: 1 }, 1);
    const leave = AbortSignal.timeout(100);
    await expect(post({ stream: true }, { signal: leave })).rejects.toThrow();
    await eventually(() => upstream.running === 0);
  });

  it('tells what it is told to at the end', async () => {
    upstream.fail({ kind: 'usage', usage: null }, 1);
    const silent = await lines(await post({ stream: true, stream_options: { include_usage: true } }));
    expect(silent.at(-2)).not.toContain('total_tokens');
    upstream.fail({ kind: 'finish', reason: 'abort' }, 1);
    expect((await lines(await post({ stream: true }))).at(-2)).toContain('"finish_reason":"abort"');
    upstream.fail({ kind: 'whole' }, 1);
    expect(await (await post({ stream: true })).json()).toMatchObject({ object: 'chat.completion' });
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
