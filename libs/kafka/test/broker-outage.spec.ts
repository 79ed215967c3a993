import { readdir } from 'node:fs/promises';
import { auditRecorded } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { audit, auditTopic, brokers, openBus, Outsider, textOf, until, uniquePrefix } from './bus-fixture.js';
import { TcpProxy } from './tcp-proxy.js';

describe('while Kafka is away', () => {
  it('events go to the spool without a wait, survive, and reach Kafka in their order when it is back', async () => {
    await using proxy = await TcpProxy.start(brokers[0]!);
    await using test = await openBus({ brokers: [proxy.address] });
    await using outsider = await Outsider.connect();
    const { bus, prefix, spool } = test;
    await bus.createTopics([auditRecorded]);
    const publisher = bus.publisher(auditRecorded);
    expect((await publisher.publish(audit('org', 0), { timeoutMs: 5000 })).stored).toBe('kafka');
    proxy.cut();
    await publisher.publish(audit('org', 1));
    const startedAt = performance.now();
    const receipts = await Promise.all(
      Array.from({ length: 50 }, (_, index) => publisher.publish(audit('org', index + 2))),
    );
    expect(performance.now() - startedAt).toBeLessThan(400);
    expect(receipts.every(({ stored }) => stored === 'spool')).toBe(true);
    expect((await test.metrics.render()).body).toMatch(/weir_kafka_spool_events 5[01]/);
    proxy.open();
    await until(async () => (await readdir(spool)).length === 0);
    const stored = await outsider.readAll(auditTopic(prefix));
    const targets = stored.map((message) => Number(JSON.parse(message.value!.toString()).target));
    expect([...new Set(targets)]).toEqual(Array.from({ length: 52 }, (_, index) => index));
    const ids = new Set(stored.map((message) => textOf(message, 'ce_id')));
    for (const receipt of receipts) expect(ids).toContain(receipt.id);
    await until(async () => (await publisher.publish(audit('org', 99), { timeoutMs: 5000 })).stored === 'kafka');
    expect((await test.metrics.render()).body).toMatch(/weir_kafka_spool_bytes 0/);
  });

  it('a broker that hangs costs one timeout, not one for each event', async () => {
    await using proxy = await TcpProxy.start(brokers[0]!);
    await using test = await openBus({ brokers: [proxy.address] });
    await test.bus.createTopics([auditRecorded]);
    const publisher = test.bus.publisher(auditRecorded);
    await publisher.publish(audit('org', 0), { timeoutMs: 5000 });
    proxy.silence();
    const startedAt = performance.now();
    expect((await publisher.publish(audit('org', 1), { timeoutMs: 200 })).stored).toBe('spool');
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    const next = performance.now();
    for (let number = 2; number < 12; number++) await publisher.publish(audit('org', number), { timeoutMs: 5000 });
    expect(performance.now() - next).toBeLessThan(1000);
    proxy.open();
    await until(async () => (await readdir(test.spool)).length === 0, 40_000);
  });

  it('a process starts, publishes, and hands on what an earlier one left in the spool', async () => {
    await using proxy = await TcpProxy.start(brokers[0]!);
    const prefix = uniquePrefix();
    proxy.cut();
    await using kept = await openBus({ brokers: [proxy.address], prefix });
    await using outsider = await Outsider.connect();
    const receipt = await kept.bus.publisher(auditRecorded).publish(audit('org', 1));
    expect(receipt.stored).toBe('spool');
    await kept.bus[Symbol.asyncDispose]();
    expect(await readdir(kept.spool)).toHaveLength(1);
    await using later = await openBus({ prefix, spool: kept.spool });
    await later.bus.createTopics([auditRecorded]);
    await until(async () => (await readdir(kept.spool)).length === 0);
    const stored = await outsider.readAll(auditTopic(prefix));
    expect(stored.map((message) => textOf(message, 'ce_id'))).toEqual([receipt.id]);
  });

  it('consumers say that they are not ready, and go on by themselves afterwards', async () => {
    await using proxy = await TcpProxy.start(brokers[0]!);
    await using test = await openBus({ brokers: [proxy.address] });
    const { bus } = test;
    const seen: string[] = [];
    await bus.createTopics([auditRecorded]);
    const publisher = bus.publisher(auditRecorded);
    await bus.consume({
      event: auditRecorded,
      group: 'g',
      onEvent: async (event) => void seen.push(event.data.target),
    });
    await until(() => bus.problems().length === 0);
    await publisher.publish(audit('org', 1), { timeoutMs: 5000 });
    await until(() => seen.length === 1);
    proxy.cut();
    await publisher.publish(audit('org', 2));
    await until(() => bus.problems().length > 0);
    proxy.open();
    await until(() => bus.problems().length === 0);
    await until(() => seen.includes('2'));
  });
});
