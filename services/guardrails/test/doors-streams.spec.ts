import { request as httpRequest, type IncomingMessage } from 'node:http';
import { guardrailVerdict, type GuardrailVerdict } from '@weir/contracts';
import { eventually, startTestProcess, type Tenant, type TestProcess } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardrailsService } from '../src/index.js';
import { TalkingRouter, talkingRouter } from './doors-world.js';

const CARD = '4111 1111 1111 1111';
const JSON_TYPE = { 'content-type': 'application/json' };
const NDJSON = { 'content-type': 'application/x-ndjson' };
const STREAM_CONTENT = '/api/v2/text/detection/stream-content';

describe('the doors of other guardrail APIs', () => {
  let weir: TestProcess;
  let tenant: Tenant;
  let router: TalkingRouter;
  const events: GuardrailVerdict[] = [];

  beforeAll(async () => {
    weir = await startTestProcess({
      services: [guardrailsService, talkingRouter],
      env: { WEIR_GUARDRAILS_MAX_TEXT_CHARS: '200000' },
    });
    tenant = await weir.seedTenant();
    router = weir.app.get(TalkingRouter, { strict: false });
    await weir.bus.consume({
      event: guardrailVerdict,
      group: 'doors',
      onEvent: async ({ data }) => void events.push(data),
    });
  });
  afterAll(() => weir?.[Symbol.asyncDispose]());

  const post = (path: string, body: string, headers: Record<string, string> = JSON_TYPE, init: RequestInit = {}) =>
    fetch(`${weir.httpUrl}${path}`, { method: 'POST', headers: { ...tenant.headers, ...headers }, body, ...init });

  /** A request whose body goes on while its answer arrives. */
  function talk(path: string) {
    const url = new URL(weir.httpUrl + path);
    const sending = httpRequest(url, { method: 'POST', headers: { ...tenant.headers, ...NDJSON } });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      sending.once('response', resolve).once('error', reject);
    });
    sending.flushHeaders();
    return { sending, answer, line: (value: unknown) => sending.write(`${JSON.stringify(value)}\n`) };
  }

  it('answers lines while the text still arrives', async () => {
    const { sending, answer, line } = talk(STREAM_CONTENT);
    line({ detectors: { pii: {} }, content: 'Mail ada@' });
    line({ content: 'example.com. Now' });
    const response = await answer;
    const lines = response[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value)) as object;
    expect(await next()).toMatchObject({ detections: [{ start: 5, end: 20 }], start_index: 0, processed_index: 22 });
    line({ content: ` ${CARD}. Bye` });
    expect(await next()).toMatchObject({ detections: [{ text: CARD, start: 26, end: 45 }], start_index: 22 });
    sending.end();
    expect(await next()).toMatchObject({ detections: [], start_index: 47, processed_index: 50 });
    expect((await lines.next()).done).toBe(true);
  });

  it('bounds the text of a stream', async () => {
    const content = `${'word '.repeat(20_000)}.`;
    const body = [{ detectors: { 'prompt-injection': {} }, content }, { content }, { content }]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const lines = (await (await post(STREAM_CONTENT, body, NDJSON)).text()).trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ code: 413 });
  });

  it('reads what is left of a body that it refuses, so that the connection stays good', async () => {
    const rest = `${JSON.stringify({ content: 'x'.repeat(300_000) })}\n`.repeat(3);
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await post(STREAM_CONTENT, `{"content":"no detectors"}\n${rest}`, NDJSON);
      expect([response.status, ((await response.json()) as { code: number }).code]).toEqual([422, 422]);
    }
  });

  it('takes lines nowhere else', async () => {
    expect((await post('/v1/moderations', '{"input":"x"}\n', NDJSON)).status).toBe(415);
    expect((await post(STREAM_CONTENT, '{"detectors":{"pii":{}}}')).status).toBe(415);
  });

  it('lets a sentence out while the model goes on, and ends the model when its reader leaves', async () => {
    const leaving = new AbortController();
    const body = {
      model: 'hanging',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
      detectors: { output: { pii: {} } },
    };
    const response = await post('/api/v2/chat/completions-detection', JSON.stringify(body), JSON_TYPE, {
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toContain('"content":"One sentence. "');
    const { left } = router;
    leaving.abort();
    await eventually(() => router.left === left + 1);
  });

  it('generates in the name of the caller, as guardrails', async () => {
    router.asked.length = 0;
    const body = { model: 'echo', max_tokens: 3, messages: [{ role: 'user', content: 'hi' }] };
    await post('/api/v2/chat/completions-detection', JSON.stringify(body));
    const [asked] = router.asked;
    expect(asked?.call.principal).toMatchObject({ apiKeyId: tenant.apiKeyId, projectId: tenant.projectId });
    expect(asked?.call.peer).toEqual({ kind: 'service', name: 'guardrails' });
    expect(asked?.input).toMatchObject({ model: 'echo', sampling: { maxTokens: 3 } });
  });

  it('publishes one verdict of a request, without its text', async () => {
    const contents = [`pay with ${CARD}`, 'nothing', 'ada@example.com'];
    const headers = { ...JSON_TYPE, 'detector-id': 'pii', 'x-request-id': 'doors-1' };
    await post('/api/v1/text/contents', JSON.stringify({ contents, detector_params: {} }), headers);
    const event = await eventually(() => events.find(({ request_id }) => request_id === 'doors-1'));
    expect(event).toMatchObject({
      policy: 'inspection.pii',
      action: 'flag',
      project_id: tenant.projectId,
      characters: 50,
      findings: [{ path: 'contents.0' }, { path: 'contents.2' }],
    });
    expect(JSON.stringify(event)).not.toMatch(/4111|ada@/);
    expect(events.filter(({ request_id }) => request_id === 'doors-1')).toHaveLength(1);
  });

  it('is closed to keys without the scope', async () => {
    const { headers } = await weir.seedTenant({ scopes: ['monitor.read'] });
    const paths = ['/api/v1/text/contents', STREAM_CONTENT, '/v1/moderations', '/analyze', '/anonymize'];
    for (const path of paths) {
      const response = await fetch(weir.httpUrl + path, {
        method: 'POST',
        headers: { ...headers, ...JSON_TYPE },
        body: '{}',
      });
      expect([path, response.status]).toEqual([path, 403]);
    }
  });

  it('refuses what is larger than it reads, in the words of the door', async () => {
    const body = JSON.stringify({ contents: ['x'.repeat(4_200_000)] });
    const response = await post('/api/v1/text/contents', body, { ...JSON_TYPE, 'detector-id': 'pii' });
    expect([response.status, await response.json()]).toEqual([
      413,
      { code: 413, message: expect.any(String) as string },
    ]);
  });

  it('lists a policy as soon as it is in force', async () => {
    const response = await fetch(`${weir.httpUrl}/registry`, { headers: tenant.headers });
    const registry = (await response.json()) as Record<string, Record<string, string>>;
    expect(Object.keys(registry['built_in'] ?? {})).toEqual([
      'pii',
      'secrets',
      'prompt-injection',
      'toxicity',
      'egress',
      'leak',
    ]);
    expect(registry['policy']).toHaveProperty('default');
  });

  it('lists the entities of Presidio that it finds', async () => {
    const read = async (path: string) => {
      const response = await fetch(weir.httpUrl + path, { headers: tenant.headers });
      return (await response.json()) as string[];
    };
    expect(await read('/supportedentities?language=en')).toEqual(
      expect.arrayContaining(['CREDIT_CARD', 'EMAIL_ADDRESS', 'IBAN_CODE', 'IP_ADDRESS', 'PHONE_NUMBER', 'US_SSN']),
    );
    expect(await read('/recognizers')).toContain('pii.email');
  });

  it('counts its requests and what its detectors did', async () => {
    const metrics = await (await fetch(`${weir.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/weir_guardrails_door_requests_total\{door="fms",code="ok"\} \d/);
    expect(metrics).toMatch(/trustyai_guardrails_requests_total\{detector_kind="built_in",detector_name="pii"\} \d/);
    expect(metrics).toMatch(/trustyai_guardrails_runtime_total\{detector_kind="built_in",detector_name="pii"\} /);
  });
});
