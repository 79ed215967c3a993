import { connect } from 'node:net';
import { createLogger } from '@weir/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorApp, type DoorApp } from './door-app.js';

let app: DoorApp;
const logged: string[] = [];

beforeAll(async () => {
  app = await doorApp({
    logger: createLogger({ level: 'error', destination: { write: (line) => void logged.push(line) } }),
  });
});
afterAll(() => app[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { error?: Record<string, unknown> } & Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  init: RequestInit & { key?: string; json?: unknown } = {},
): Promise<Answer> {
  const { key, json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (key) headers.set('authorization', `Bearer ${key}`);
  if (json !== undefined) headers.set('content-type', 'application/json');
  const body = json === undefined ? rest.body : JSON.stringify(json);
  const response = await fetch(app.url + path, { ...rest, method, headers, body });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

function expectError(answer: Answer, status: number, code: string): void {
  expect(answer).toMatchObject({ status, body: { error: { code } } });
  expect(Object.keys(answer.body.error ?? {}).sort()).toEqual(['code', 'message', 'param', 'type']);
  expect(answer.headers.get('x-request-id')).toMatch(/^[\x21-\x7e]{1,128}$/);
  expect(answer.headers.get('content-type')).toContain('application/json');
}

describe('a request with a valid key', () => {
  it('reaches its handler with body, principal, id and trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await call('POST', '/t/echo', {
      key: app.keys.inference,
      json: { text: 'héllo' },
      headers: { traceparent, 'x-request-id': 'my-own-id' },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ body: { text: 'héllo' }, key: 'k-inference', requestId: 'my-own-id' });
    expect(answer.body['traceId']).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(answer.headers.get('x-request-id')).toBe('my-own-id');
  });

  it('passes any scope check with the admin scope', async () => {
    expect((await call('POST', '/t/echo', { key: app.keys.admin, json: {} })).status).toBe(201);
    expect((await call('DELETE', '/t/things/a%2Fb', { key: app.keys.admin })).body).toEqual({ id: 'a/b' });
  });
});

describe('a key in the header of another API', () => {
  const post = (path: string, headers: Record<string, string>) => call('POST', path, { json: {}, headers });

  it.each(['Ocp-Apim-Subscription-Key', 'api-key'])('is taken from %s where the route says so', async (name) => {
    expect(await post('/t/foreign', { [name]: app.keys.inference })).toMatchObject({ status: 201 });
    expectError(await post('/t/foreign', { [name]: app.keys.usage }), 403, 'permission_denied');
    expectError(await post('/t/foreign', { [name]: 'sk-123' }), 401, 'invalid_api_key');
    expectError(await post('/t/echo', { [name]: app.keys.inference }), 401, 'missing_api_key');
  });

  it('is named where none came', async () => {
    const answer = await post('/t/foreign', {});
    expectError(answer, 401, 'missing_api_key');
    expect(answer.body.error?.message).toContain('"authorization: Bearer", "ocp-apim-subscription-key", "api-key"');
  });
});

describe('a refused request', () => {
  it.each([
    ['no key', undefined, 401, 'missing_api_key'],
    ['another scheme', 'Basic abc', 401, 'missing_api_key'],
    ['no such key', 'Bearer sk-123', 401, 'invalid_api_key'],
  ])('with %s gets %s %s', async (_name, authorization, status, code) => {
    const headers: Record<string, string> = authorization ? { authorization } : {};
    expectError(await call('POST', '/t/echo', { json: {}, headers }), status, code);
  });

  it('without the scope gets 403', async () => {
    expectError(await call('POST', '/t/echo', { key: app.keys.usage, json: {} }), 403, 'permission_denied');
    expectError(await call('DELETE', '/t/things/a', { key: app.keys.inference }), 403, 'permission_denied');
  });

  it('that asks for a principal on a public route gets 401', async () => {
    expectError(await call('GET', '/t/open/principal', { key: app.keys.inference }), 401, 'missing_api_key');
  });

  it('to nowhere gets 404, and 405 with the methods where only the method is wrong', async () => {
    expectError(await call('GET', '/nowhere?x=1'), 404, 'not_found');
    expectError(await call('GET', '/t/echo/more', { key: app.keys.inference }), 404, 'not_found');
    const wrong = await call('PUT', '/t/things/a', { key: app.keys.admin, json: {} });
    expectError(wrong, 405, 'method_not_allowed');
    expect(wrong.headers.get('allow')).toBe('DELETE');
    expectError(await call('PATCH', '/t/open'), 405, 'method_not_allowed');
  });

  it('with a malformed path or an endless parameter gets 400', async () => {
    expectError(await call('GET', '/t/%zz'), 400, 'invalid_request');
    expectError(await call('DELETE', `/t/things/${'x'.repeat(600)}`, { key: app.keys.admin }), 400, 'invalid_request');
  });
});

describe('a bad body', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
    call('POST', '/t/echo', { key: app.keys.inference, body, headers: { 'content-type': type } });

  it.each([
    ['broken JSON', '{"a":', 400, 'invalid_json'],
    ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 400, 'invalid_utf8'],
  ])('of %s gets %s %s', async (_name, body, status, code) => {
    expectError(await post(body), status, code);
  });

  it('of 5 MB gets 413, whether its length is announced or not', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(5_000_000) });
    expectError(await post(large), 413, 'payload_too_large');
    const init = { duplex: 'half', body: new Blob([large]).stream() } as RequestInit;
    const headers = { 'content-type': 'application/json' };
    const streamed = await call('POST', '/t/echo', { key: app.keys.inference, ...init, headers }).catch(
      () => undefined,
    );
    // The connection may be reset while the client still sends; a client that reads sees the same error.
    if (streamed) expectError(streamed, 413, 'payload_too_large');
  });

  it('of almost 4 MiB is read', async () => {
    expect((await post(JSON.stringify('x'.repeat(4 * 1024 * 1024 - 10)))).status).toBe(201);
  });

  it('in a form that is not JSON gets 415', async () => {
    expectError(await post('a=1', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type');
    expect((await post('{}', 'application/vnd.test+json; charset=utf-8')).status).toBe(201);
  });

  it('comes as bytes to the routes that want it so, whose errors have a form of their own', async () => {
    const authorization = `Bearer ${app.keys.inference}`;
    const send = (body: string | Blob, headers: Record<string, string> = {}) =>
      fetch(`${app.url}/t/bytes`, { method: 'POST', body, headers: { authorization, ...headers } });
    expect(await (await send(new Blob([Uint8Array.of(0, 255)]))).json()).toEqual({ bytes: [0, 255] });
    expect(await (await send('{', { 'content-type': 'application/json' })).json()).toEqual({ bytes: [123] });
    const refused = await send('12345', { 'content-type': 'application/octet-stream' });
    expect([refused.status, await refused.json()]).toEqual([400, { error: 'At most 4 bytes.' }]);
    const stranger = await fetch(`${app.url}/t/bytes`, { method: 'POST', body: 'a' });
    expect([stranger.status, Object.keys((await stranger.json()) as object)]).toEqual([401, ['error']]);
  });

  it('is not read before the key was checked', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(5_000_000) });
    const answer = await call('POST', '/t/echo', { body, headers: { 'content-type': 'application/json' } });
    expectError(answer, 401, 'missing_api_key');
  });
});

describe('what is not HTTP', () => {
  const exchange = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = '';
      const socket = connect(app.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (part) => (answer += part)).on('end', () => resolve(answer));
      socket.on('error', reject);
    });

  it.each([
    ['garbage', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('gets an error body, too: %s', async (_name, text, status) => {
    const answer = await exchange(text);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toMatch(/x-request-id: \S+/);
    const body: unknown = JSON.parse(answer.split('\r\n\r\n')[1] ?? '');
    expect(body).toMatchObject({ error: { code: 'invalid_request', type: 'invalid_request_error', param: null } });
  });
});

describe('an error of a handler', () => {
  it('keeps its code, parameter and time to wait', async () => {
    const answer = await call('GET', '/t/typed');
    expectError(answer, 429, 'engine_overloaded');
    expect(answer.body.error?.['param']).toBe('model');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.headers.get('retry-after-ms')).toBe('1500');
  });

  it('that is not typed tells the client nothing and the log its cause', async () => {
    const answer = await call('GET', '/t/untyped', { headers: { 'x-request-id': 'find-me' } });
    expectError(answer, 500, 'internal');
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect(logged.some((line) => line.includes('find-me') && line.includes('hunter2'))).toBe(true);
    expectError(await call('GET', '/t/nest'), 500, 'internal');
  });
});

describe('a client that leaves', () => {
  it.each(['/t/slow', '/t/stream'])('aborts the signal of %s within 100 ms', async (path) => {
    const before = app.seen.entered;
    const socket = connect(app.port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await expect.poll(() => app.seen.entered).toBe(before + 1);
    const signal = app.seen.signals.at(-1) as AbortSignal;
    expect(signal.aborted).toBe(false);
    const left = performance.now();
    socket.destroy();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(performance.now() - left).toBeLessThan(100);
  });

  it('is counted', async () => {
    await expect
      .poll(async () => (await app.metrics.render()).body)
      .toContain('weir_http_abandoned_total{route="/t/slow"} 1');
  });
});

describe('the routes for operators', () => {
  it('tell that it lives, what is not ready, and what was measured', async () => {
    expect((await call('GET', '/livez')).body).toEqual({ status: 'ok' });
    expect(await call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready', problems: [] } });
    let reason: string | undefined = 'is loading';
    app.readiness.add('model', () => reason);
    const answer = await call('GET', '/readyz');
    expect(answer).toMatchObject({ status: 503, body: { problems: [{ name: 'model', reason: 'is loading' }] } });
    reason = undefined;
    const metrics = await fetch(`${app.url}/metrics`);
    expect(metrics.headers.get('content-type')).toContain('application/openmetrics-text');
    const text = await metrics.text();
    expect(text).toMatch(/http_server_request_duration_seconds_bucket\{.*route="\/t\/echo".*trace_id="[0-9a-f]{32}"/);
    expect(text).not.toContain('route="/livez"');
  });
});
