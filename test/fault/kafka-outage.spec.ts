import { inferenceCompleted } from '@weir/contracts';
import { sleep } from '@weir/resilience';
import { eventually, fakeUpstream, temporaryFolder, type FakeUpstream } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, post } from '../constellation/chat.js';
import { freePorts, homeAt, startConstellation, startKafka, upstreamModel, type Constellation } from '@weir/tools';
import { eventLog, type EventLog } from '../constellation/event-log.js';
import { load } from './load.js';
import { distinctRequests, expectLedgerToAgree } from './ledger-sums.js';

const OUTAGE_MS = 60_000;
const body = { model: 'echo', messages: [{ role: 'user', content: 'hello' }], max_tokens: 32 };

describe('Kafka stopped for 60 s under load', () => {
  const opened = new AsyncDisposableStack();
  let upstream: FakeUpstream;
  let weir: Constellation;
  let events: EventLog;
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  let options: Parameters<typeof startKafka>[0];

  beforeAll(async () => {
    const folder = opened.use(await temporaryFolder());
    const [port = 0] = await freePorts(1);
    options = { directory: folder.path, jars: homeAt(process.env.WEIR_HOME || '.weir').kafkaJars, port };
    kafka = await startKafka(options);
    opened.defer(() => kafka.stop());
    upstream = opened.use(await fakeUpstream({ ttftMs: 5, gapMs: 1, chunks: 5 }));
    weir = opened.use(
      await startConstellation({
        form: 'together',
        served: [upstreamModel({ alias: 'echo', baseUrl: upstream.baseUrl })],
        environment: { KAFKA_BROKERS: `127.0.0.1:${port}` },
      }),
    );
    events = opened.use(await eventLog(weir, [inferenceCompleted]));
  });
  afterAll(() => opened.disposeAsync());

  it('fails no request, drains the spool, and the sums agree', async () => {
    const statuses: number[] = [];
    const ids = new Set<string>();
    {
      await using _load = load(async () => {
        const answer = await send();
        statuses.push(answer.status);
        if (answer.id) ids.add(answer.id);
      });
      await eventually(() => ids.size >= 20, { timeoutMs: 30_000 });
      await kafka.stop();
      const beforeOutage = ids.size;
      await sleep(OUTAGE_MS);
      expect(ids.size).toBeGreaterThan(beforeOutage + 60);
      expect(await metric('weir_kafka_spool_events')).toBeGreaterThan(0);

      kafka = await startKafka(options);
      await eventually(async () => (await metric('weir_kafka_spool_events')) === 0, { timeoutMs: 60_000 });
    }

    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await eventually(() => distinctRequests(events).length === ids.size, { timeoutMs: 60_000 });
    await expectLedgerToAgree(weir, events);
    await eventually(async () => (await get(`${weir.httpUrl}/readyz`)).status === 200, { timeoutMs: 60_000 });
  });

  async function send(): Promise<{ status: number; id: string | undefined }> {
    const answer = await post({
      url: `${weir.httpUrl}/v1/chat/completions`,
      key: weir.seeded.admin.secret,
      body,
      headers: { 'x-weir-details': '1' },
    });
    const details = answer.body['weir'] as unknown as { request_id: string } | undefined;
    return { status: answer.status, id: details?.request_id };
  }

  async function metric(name: string): Promise<number> {
    const { text } = await metricsText();
    const line = text.split('\n').find((one) => one.startsWith(name) && !one.startsWith('#'));
    return Number(line?.split(' ').at(-1) ?? Number.NaN);
  }

  async function metricsText(): Promise<{ text: string }> {
    const response = await fetch(`${weir.httpUrl}/metrics`);
    return { text: await response.text() };
  }
});
