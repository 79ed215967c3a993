import { billingCharged, inferenceCompleted } from '@weir/contracts';
import { eventually, fakeUpstream, type FakeUpstream } from '@weir/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../constellation/chat.js';
import { startConstellation, upstreamModel, type Constellation } from '@weir/tools';
import { eventLog, type EventLog } from '../constellation/event-log.js';
import { load } from './load.js';
import { distinctRequests, expectLedgerToAgree } from './ledger-sums.js';

const BEFORE = 120;
const body = { model: 'echo', messages: [{ role: 'user', content: 'hello' }], max_tokens: 32 };
const details = { 'x-weir-details': '1' };

describe('the whole process killed under load, then started again', () => {
  let upstream: FakeUpstream;
  let weir: Constellation;
  let events: EventLog;

  beforeAll(async () => {
    upstream = await fakeUpstream({ ttftMs: 5, gapMs: 1, chunks: 5 });
    const served = [upstreamModel({ alias: 'echo', baseUrl: upstream.baseUrl })];
    weir = await startConstellation({ form: 'together', served });
    events = await eventLog(weir, [inferenceCompleted, billingCharged]);
  });
  afterAll(async () => {
    await events?.[Symbol.asyncDispose]();
    await weir?.[Symbol.asyncDispose]();
    await upstream?.[Symbol.asyncDispose]();
  });

  it('loses no event of an answer that was given, and bills none twice', async () => {
    const answered = new Set<string>();
    {
      await using _load = load(async () => {
        const answer = await send(weir).catch(() => undefined);
        if (answer) answered.add(answer);
      }, 8);
      await eventually(() => answered.size >= BEFORE, { timeoutMs: 60_000 });
      await weir.halt('SIGKILL');
    }

    await weir.resume();
    const after = await eventually(() => send(weir), { timeoutMs: 30_000 });
    answered.add(after);

    const seen = () => new Set(distinctRequests(events).map((event) => event.data.request_id));
    await eventually(() => [...answered].every((id) => seen().has(id)), { timeoutMs: 60_000 });
    await expectLedgerToAgree(weir, events);
    await eventually(() => events.all(billingCharged).length >= seen().size, { timeoutMs: 30_000 });
    const charged = new Map<string, string>();
    for (const { data } of events.all(billingCharged)) {
      // The same charge may arrive twice; a second charge of a request may not.
      expect(charged.get(data.request_id) ?? data.charge_id).toBe(data.charge_id);
      charged.set(data.request_id, data.charge_id);
    }
    expect(charged.size).toBe(seen().size);
  });

  async function send(target: Constellation): Promise<string> {
    const answer = await post({
      url: `${target.httpUrl}/v1/chat/completions`,
      key: target.seeded.admin.secret,
      body,
      headers: details,
    });
    if (answer.status !== 200) throw new TypeError(`${answer.status} ${answer.text}`);
    return (answer.body['weir'] as unknown as { request_id: string }).request_id;
  }
});
