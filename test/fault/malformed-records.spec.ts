import { eventCatalogue, inferenceCompleted } from '@weir/contracts';
import { eventually, fakeUpstream, type FakeUpstream } from '@weir/testing';
import { startConstellation, upstreamModel, type Constellation } from '@weir/tools';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, post } from '../constellation/chat.js';
import { eventLog, type EventLog } from '../constellation/event-log.js';
import { expectLedgerToAgree } from './ledger-sums.js';

const GROUPS = { 'weir.inference.completed.v1': ['billing', 'monitor'], 'weir.guardrail.verdict.v1': ['monitor'] };
const MALFORMED = [
  { key: 'k', value: '{"half":' },
  { key: 'k', value: '{}' },
  { key: Buffer.from([0xff]), value: Buffer.from([0xff, 0xfe, 0x00]) },
  { key: 'k', value: '[]', headers: { ce_id: 'not-a-uuid', ce_specversion: '9' } },
];

describe('malformed records on every topic', () => {
  let upstream: FakeUpstream;
  let weir: Constellation;
  let events: EventLog;
  let kafka: Kafka;

  beforeAll(async () => {
    upstream = await fakeUpstream({ ttftMs: 5, gapMs: 1, chunks: 5 });
    const served = [upstreamModel({ alias: 'echo', baseUrl: upstream.baseUrl })];
    weir = await startConstellation({ form: 'together', served });
    events = await eventLog(weir, [inferenceCompleted]);
    const brokers = (weir.environment['KAFKA_BROKERS'] ?? '').split(',');
    kafka = new Kafka({ clientId: 'vandal', brokers, logLevel: logLevel.NOTHING });
  });
  afterAll(async () => {
    await events?.[Symbol.asyncDispose]();
    await weir?.[Symbol.asyncDispose]();
    await upstream?.[Symbol.asyncDispose]();
  });

  it('lands each in the dead letters of each group, and the requests after it are served and billed', async () => {
    const prefix = weir.environment['WEIR_TOPIC_PREFIX'] ?? '';
    const producer = kafka.producer();
    await producer.connect();
    for (const { type } of eventCatalogue) await producer.send({ topic: `${prefix}${type}`, messages: MALFORMED });
    await producer.disconnect();

    const answer = await post({
      url: `${weir.httpUrl}/v1/chat/completions`,
      key: weir.seeded.demo.secret,
      body: { model: 'echo', messages: [{ role: 'user', content: 'hello' }] },
      headers: { 'x-weir-details': '1' },
    });
    expect(answer.status).toBe(200);
    const { request_id: id } = answer.body['weir'] as unknown as { request_id: string };
    await events.find(inferenceCompleted, (data) => data.request_id === id);
    expect(await expectLedgerToAgree(weir, events)).toBeGreaterThan(0n);

    const admin = kafka.admin();
    await admin.connect();
    for (const [topic, groups] of Object.entries(GROUPS)) {
      for (const group of groups) {
        await eventually(
          async () => {
            const offsets = await admin.fetchTopicOffsets(`${prefix}${topic}.${group}-dlt`);
            return offsets.reduce((sum, { high }) => sum + Number(high), 0) === MALFORMED.length;
          },
          { timeoutMs: 30_000 },
        );
      }
    }
    await admin.disconnect();
    expect((await get(`${weir.httpUrl}/readyz`)).status).toBe(200);
    expect((await get(`${weir.httpUrl}/v1/models`, weir.seeded.demo.secret)).body).toMatchObject({
      data: [{ id: 'echo' }],
    });
  });
});
