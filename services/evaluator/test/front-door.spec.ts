import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAdapterHost } from '@nestjs/core';
import { processSettings, settingsWith, systemSource } from '@weir/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluatorSettings } from '../src/evaluator.config.js';
import { FrontDoorClient } from '../src/running/front-door.client.js';

const question = { model: 'm', prompt: '2+2?', maxTokens: 5, apiKey: 'weir_key' };
const forever = new AbortController().signal;

let server: Server;
let client: FrontDoorClient;
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const targetUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new FrontDoorClient(
    { httpAdapter: { getHttpServer: () => undefined } } as unknown as HttpAdapterHost,
    systemSource,
    settingsWith(evaluatorSettings, { targetUrl, requestTimeoutMs: 200 }),
    settingsWith(processSettings, { keyPepper: 'x'.repeat(16), meshSecret: 'x'.repeat(16) }),
  );
});
afterAll(async () => {
  await client.onApplicationShutdown();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function answerWith(status: number, body: string, headers: Record<string, string> = {}): void {
  answer = (_request, response) => response.writeHead(status, headers).end(body);
}

const content = (text: string | null) => JSON.stringify({ choices: [{ message: { content: text } }] });

describe('one attempt', () => {
  it('gives the text of the answer; none is empty', async () => {
    answerWith(200, content('four'));
    expect(await client.ask(question, forever)).toEqual({ kind: 'answer', text: 'four' });
    answerWith(200, content(null));
    expect(await client.ask(question, forever)).toEqual({ kind: 'answer', text: '' });
  });

  it.each([
    '',
    'not json',
    '{}',
    '{"choices":[]}',
    '{"choices":[{"message":{"content":4}}]}',
    `"${'x'.repeat(2_000_000)}"`,
  ])('with an answer that is none is a failure of the item', async (body) => {
    answerWith(200, body);
    expect(await client.ask(question, forever)).toMatchObject({ code: 'malformed_answer', scope: 'item' });
  });

  it('knows the error codes of Weir and how long to wait', async () => {
    answerWith(503, JSON.stringify({ error: { code: 'engine_unavailable' } }), { 'retry-after': '3' });
    expect(await client.ask(question, forever)).toEqual({
      kind: 'failure',
      code: 'engine_unavailable',
      scope: 'retry',
      retryAfterMs: 3000,
    });
    answerWith(502, '<html>');
    expect(await client.ask(question, forever)).toMatchObject({ code: 'http_502', scope: 'retry' });
  });

  it('ends at its deadline', async () => {
    answer = () => undefined;
    expect(await client.ask(question, forever)).toMatchObject({ code: 'deadline_exceeded', scope: 'retry' });
    answer = (_request, response) => void response.writeHead(200).write('{');
    expect(await client.ask(question, forever)).toMatchObject({ code: 'deadline_exceeded', scope: 'retry' });
  });

  it('is told apart from a job that was stopped', async () => {
    const stop = new AbortController();
    answer = () => stop.abort();
    await expect(client.ask(question, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that finds nobody may be made again', async () => {
    answer = (request) => request.socket.destroy();
    expect(await client.ask(question, forever)).toMatchObject({ code: 'front_door_unreachable', scope: 'retry' });
  });
});
