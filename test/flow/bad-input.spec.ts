import { inferenceCompleted, inferenceV1 } from '@weir/contracts';
import { eventually } from '@weir/testing';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client as GrpcClient, credentials, Metadata } from '@grpc/grpc-js';
import { get, post } from '../constellation/chat.js';
import { startConstellation, type Constellation } from '@weir/tools';
import { eventLog, type EventLog } from '../constellation/event-log.js';

const HELLO = [{ role: 'user', content: 'hello' }];
const valid = { model: 'smollm2', messages: HELLO, max_tokens: 4 };
const invalidUtf8 = Buffer.concat([
  Buffer.from('{"model":"smollm2","messages":[{"role":"user","content":"'),
  Buffer.from([0xc3, 0x28]),
  Buffer.from('"}]}'),
]);

describe('what bad input gets', () => {
  let weir: Constellation;
  let events: EventLog;
  let key: string;
  const chat = () => `${weir.httpUrl}/v1/chat/completions`;

  beforeAll(async () => {
    weir = await startConstellation({ form: 'together' });
    events = await eventLog(weir, [inferenceCompleted]);
    key = weir.seeded.demo.secret;
  });
  afterAll(async () => {
    await events?.[Symbol.asyncDispose]();
    await weir?.[Symbol.asyncDispose]();
  });

  it.each<[string, unknown, number, string, string | null]>([
    ['an unknown model', { ...valid, model: 'nobody' }, 404, 'model_not_found', 'model'],
    ['no model', { messages: HELLO }, 400, 'invalid_request', 'model'],
    ['a wrong type', { ...valid, messages: 'hello' }, 400, 'invalid_request', 'messages'],
    [
      'a wrong type inside',
      { ...valid, messages: [{ role: 'user', content: 7 }] },
      400,
      'invalid_request',
      'messages[0].content',
    ],
    ['a negative max_tokens', { ...valid, max_tokens: -1 }, 400, 'invalid_request', 'max_tokens'],
    ['a hot temperature', { ...valid, temperature: 9 }, 400, 'invalid_request', 'temperature'],
    ['nine choices', { ...valid, n: 9 }, 400, 'invalid_request', 'n'],
    [
      'a tool without a function',
      { ...valid, tools: [{ type: 'function' }] },
      400,
      'invalid_request',
      'tools[0].function',
    ],
    ['no JSON', '{"model":', 400, 'invalid_json', null],
    ['invalid UTF-8', invalidUtf8, 400, 'invalid_utf8', null],
    [
      '5 MB',
      { ...valid, messages: [{ role: 'user', content: 'x'.repeat(5_000_000) }] },
      413,
      'payload_too_large',
      null,
    ],
  ])('%s', async (_what, body, status, code, param) => {
    const answer = await post({ url: chat(), key, body });
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toEqual({ message: expect.any(String), type: expect.any(String), code, param });
    expect(answer.headers['x-request-id']).toBeTruthy();
  });

  it('a prompt longer than the context, with the numbers and nothing billed', async () => {
    const content = 'river '.repeat(4000);
    const answer = await post({ url: chat(), key, body: { ...valid, messages: [{ role: 'user', content }] } });
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toMatchObject({
      code: 'context_length_exceeded',
      message: expect.stringMatching(/\d{4}/),
    });
    const event = await events.find(inferenceCompleted, (data) => data.error_code === 'context_length_exceeded');
    expect(event.data).toMatchObject({ outcome: 'error', output_tokens: 0, cost_usd: '0' });
  });

  it.each([
    ['no key', undefined, 'missing_api_key'],
    ['half a key', 'weir_demo_short', 'invalid_api_key'],
    ['somebody else’s string', 'sk-0123456789', 'invalid_api_key'],
  ])('%s', async (_what, wrong, code) => {
    const answer = await post({ url: chat(), body: valid, ...(wrong ? { key: wrong } : {}) });
    expect(answer.status).toBe(401);
    expect(answer.body['error']).toMatchObject({ code });
  });

  it('a revoked key, within two seconds of its revocation', async () => {
    const { tenancy } = weir.control;
    const { apiKey, secret } = await tenancy.createApiKey({
      projectId: weir.seeded.projectId,
      name: 'short-lived',
      scopes: ['inference'],
    });
    await eventually(async () => (await post({ url: chat(), key: secret, body: valid })).status === 200);
    await tenancy.revokeApiKey({ id: apiKey?.id ?? '' });
    const revoked = Date.now();
    await eventually(async () => {
      const answer = await post({ url: chat(), key: secret, body: valid });
      return (answer.body['error'] as unknown as { code: string } | undefined)?.code === 'revoked_api_key';
    });
    expect(Date.now() - revoked).toBeLessThan(5000);
  });

  it('a key of another project, on a route that is not its own', async () => {
    const { tenancy, registry } = weir.control;
    const { organization } = await tenancy.createOrganization({ name: 'others' });
    const { project } = await tenancy.createProject({ organizationId: organization?.id ?? '', name: 'theirs' });
    const { secret } = await tenancy.createApiKey({
      projectId: project?.id ?? '',
      name: 'their-key',
      scopes: ['inference'],
    });
    const { routes } = await registry.listRoutes({});
    const [open] = routes;
    await registry.putRoute({
      route: {
        alias: 'private-smollm2',
        targets: open?.targets ?? [],
        organizationId: weir.seeded.organizationId,
        projectIds: [weir.seeded.projectId],
      },
    });
    const mine = () => post({ url: chat(), key, body: { ...valid, model: 'private-smollm2' } });
    await eventually(async () => (await mine()).status === 200);
    const theirs = await post({ url: chat(), key: secret, body: { ...valid, model: 'private-smollm2' } });
    expect(theirs.status).toBe(404);
    expect(theirs.body['error']).toMatchObject({ code: 'model_not_found' });
    expect(JSON.stringify((await get(`${weir.httpUrl}/v1/models`, secret)).body)).not.toContain('private-smollm2');
  });

  it('a key without the scope of a route', async () => {
    const answer = await get(`${weir.processOf('monitor').httpUrl}/api/v2/alerts`, key);
    expect(answer.status).toBe(403);
    expect(answer.body['error']).toMatchObject({ code: 'permission_denied' });
  });

  it.each([
    ['GET', '/v1/nowhere', 404, 'not_found'],
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed'],
    ['DELETE', '/v1/models', 405, 'method_not_allowed'],
  ] as const)('%s %s', async (method, path, status, code) => {
    const answer = await request(`${weir.httpUrl}${path}`, { method, headers: { authorization: `Bearer ${key}` } });
    expect(answer.statusCode).toBe(status);
    expect(await answer.body.json()).toMatchObject({ error: { code, param: null } });
  });

  it('a body that is no JSON by its type', async () => {
    const answer = await post({ url: chat(), key, body: 'hello', headers: { 'content-type': 'text/plain' } });
    expect(answer.status).toBe(415);
    expect(answer.body['error']).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('over gRPC: typed statuses with the same codes, also for garbage', async () => {
    const client = (secret: string) =>
      weir.clientsWith(secret).client('router', inferenceV1.InferenceServiceDefinition);
    const input = { model: 'smollm2', messages: HELLO };
    await expect(client(key).chat({ input: { ...input, model: 'nobody' } })).rejects.toMatchObject({
      code: 'model_not_found',
    });
    await expect(client(key).chat({})).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(client('garbage').chat({ input })).rejects.toMatchObject({ code: 'invalid_api_key' });
    const answer = await client(key).chat({ input: { ...input, sampling: { maxTokens: 2 } } });
    expect(answer.usage?.outputTokens).toBeGreaterThan(0);
    expect(
      await rawChat(
        weir,
        { authorization: `Bearer ${key}`, 'x-request-id': 'x'.repeat(900), traceparent: 'garbage' },
        'garbage',
      ),
    ).toBe(3);
    expect(await rawChat(weir, { authorization: 'Basic 0000', 'x-weir-identity': 'router.1.x' }, '')).toBe(16);
  });

  it('leaves Weir ready and its sums right', async () => {
    expect((await get(`${weir.httpUrl}/readyz`)).status).toBe(200);
    const ids = events.all(inferenceCompleted).map((event) => event.data.request_id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Sends bytes and metadata that no typed client would send, and gives the gRPC status of the answer. */
function rawChat(weir: Constellation, metadata: Record<string, string>, bytes: string): Promise<number> {
  const client = new GrpcClient(weir.addresses.router, credentials.createInsecure());
  const headers = new Metadata();
  for (const [key, value] of Object.entries(metadata)) headers.set(key, value);
  const serialize = () => Buffer.from(bytes);
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      '/weir.inference.v1.InferenceService/Chat',
      serialize,
      (answer) => answer,
      {},
      headers,
      (error) => {
        client.close();
        resolve(error?.code ?? 0);
      },
    );
  });
}
