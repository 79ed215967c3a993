import { auditRecorded } from '@weir/contracts';
import { Database } from '@weir/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit, auditTopic, brokers, logger, openBus, Outsider, textOf, until, uniquePrefix } from './bus-fixture.js';
import { TcpProxy } from './tcp-proxy.js';

const url = process.env['DATABASE_URL'] ?? 'postgres://weir:weir@127.0.0.1:15432/weir';
let schema: string;
let database: Database;

beforeEach(async () => {
  schema = `kafka_${uniquePrefix().slice(1, -1)}`;
  database = await openDatabase();
});

afterEach(async () => {
  await database.query(`DROP SCHEMA "${schema}" CASCADE`);
  await database[Symbol.asyncDispose]();
});

const openDatabase = () => Database.open({ url, schema, service: 'relay-test', migrations: [], poolSize: 3, logger });
const rowsLeft = async () => Number((await database.query<{ n: string }>('SELECT count(*) AS n FROM outbox'))[0]?.n);

describe('the outbox relay', () => {
  it('publishes what was committed, as CloudEvents, and nothing that was rolled back', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    await test.bus.createTopics([auditRecorded]);
    test.bus.relay(database);
    const id = await database.transaction((tx) =>
      tx.append(auditRecorded, audit('org', 1), {
        time: 1_700_000_000_123,
        subject: 's',
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      }),
    );
    const undone = database.transaction(async (tx) => {
      await tx.append(auditRecorded, audit('org', 2));
      throw new Error('rolled back');
    });
    await expect(undone).rejects.toThrow('rolled back');
    await until(async () => (await rowsLeft()) === 0);
    const stored = await outsider.readAll(auditTopic(test.prefix));
    expect(stored).toHaveLength(1);
    const [message] = stored;
    expect(message?.key?.toString()).toBe('org');
    expect(JSON.parse(message!.value!.toString())).toEqual(audit('org', 1));
    const header = (name: string) => textOf(message!, name);
    expect([header('ce_id'), header('ce_time'), header('ce_subject'), header('ce_source')]).toEqual([
      id,
      '2023-11-14T22:13:20.123Z',
      's',
      auditRecorded.source,
    ]);
    expect(header('traceparent')).toBe(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
  });

  it('keeps the order of each key with two relays at work, and loses nothing', async () => {
    const prefix = uniquePrefix();
    await using proxy = await TcpProxy.start(brokers[0]!);
    await using one = await openBus({ prefix, brokers: [proxy.address] });
    await using two = await openBus({ prefix });
    await using outsider = await Outsider.connect();
    await using second = await openDatabase();
    await one.bus.createTopics([auditRecorded]);
    const total = 2000;
    const append = (from: number, to: number) =>
      database.transaction(async (tx) => {
        for (let at = from; at < to; at++) await tx.append(auditRecorded, audit(`org-${at % 23}`, at));
      });
    // What waits is more than either takes at once, more comes while they work, and one is much slower.
    await append(0, 1500);
    proxy.delayMs = 30;
    one.bus.relay(database);
    two.bus.relay(second);
    for (let number = 1500; number < total; number += 10) await append(number, number + 10);
    await until(async () => (await rowsLeft()) === 0);
    const stored = await outsider.readAll(auditTopic(prefix));
    expect(stored).toHaveLength(total);
    for (let key = 0; key < 23; key++) {
      const order = stored
        .filter((message) => message.key?.toString() === `org-${key}`)
        .map((message) => Number(JSON.parse(message.value!.toString()).target));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    const counts = await Promise.all(
      [one, two].map(
        async ({ metrics }) => /weir_kafka_relayed_total\{[^}]*\} (\d+)/.exec((await metrics.render()).body)?.[1],
      ),
    );
    expect(counts.reduce((sum, count) => sum + Number(count ?? 0), 0)).toBe(total);
  });

  it('keeps rows while Kafka is away and moves them when it is back', async () => {
    await using proxy = await TcpProxy.start(brokers[0]!);
    await using test = await openBus({ brokers: [proxy.address] });
    await using outsider = await Outsider.connect();
    await test.bus.createTopics([auditRecorded]);
    test.bus.relay(database);
    proxy.cut();
    await database.transaction((tx) => tx.append(auditRecorded, audit('org', 1)));
    await until(() => test.metrics.render().then(({ body }) => body.includes('weir_kafka_available 0')));
    expect(await rowsLeft()).toBe(1);
    proxy.open();
    await until(async () => (await rowsLeft()) === 0);
    expect(await outsider.readAll(auditTopic(test.prefix))).not.toHaveLength(0);
  });

  it('leaves a row that Kafka will never take and moves those behind it', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    await test.bus.createTopics([auditRecorded]);
    await database.transaction(async (tx) => {
      await tx.append(auditRecorded, { ...audit('org', 1), reason: 'x'.repeat(1_200_000) });
      await tx.append(auditRecorded, audit('org', 2));
    });
    test.bus.relay(database);
    await until(async () => (await rowsLeft()) === 1);
    const stored = await outsider.readAll(auditTopic(test.prefix));
    expect(stored.map((message) => JSON.parse(message.value!.toString()).target)).toEqual(['2']);
  });

  it('looks at once when it is kicked', async () => {
    await using test = await openBus();
    await test.bus.createTopics([auditRecorded]);
    const relay = test.bus.relay(database);
    await database.transaction((tx) => tx.append(auditRecorded, audit('org', 1)));
    relay.kick();
    await until(async () => (await rowsLeft()) === 0);
  });
});
