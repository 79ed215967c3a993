import { auditRecorded } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { audit, auditTopic, openBus, Outsider, until, uniquePrefix } from './bus-fixture.js';

const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

describe('membership in a group', () => {
  it('survives a handler that runs longer than the session timeout, with a full window behind it', async () => {
    await using test = await openBus({ tuning: { maxRecords: 4 } });
    await using outsider = await Outsider.connect();
    const { bus, prefix } = test;
    const seen: string[] = [];
    await bus.createTopics([auditRecorded]);
    const publisher = bus.publisher(auditRecorded);
    for (let number = 0; number < 10; number++) await publisher.publish(audit('org', number), { timeoutMs: 5000 });
    await bus.consume({
      event: auditRecorded,
      group: 'g',
      concurrency: 1,
      onEvent: async (event) => {
        seen.push(event.data.target);
        if (event.data.target === '0') await pause(9000);
      },
    });
    await until(() => seen.length === 10, 40_000);
    expect(seen).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const { groups } = await outsider.admin.describeGroups([`${prefix}g.${auditRecorded.type}`]);
    expect(groups[0]?.state).toBe('Stable');
    const { body } = await test.metrics.render();
    expect(body).not.toMatch(/weir_kafka_consumer_restarts_total\{/);
  });

  it('is given up cleanly: what runs is finished and committed, what waits comes again elsewhere', async () => {
    const prefix = uniquePrefix();
    const first: string[] = [];
    {
      await using test = await openBus({ prefix });
      const { bus } = test;
      await bus.createTopics([auditRecorded]);
      const publisher = bus.publisher(auditRecorded);
      for (let number = 0; number < 6; number++) await publisher.publish(audit('org', number), { timeoutMs: 5000 });
      let reached = () => undefined as void;
      const third = new Promise<void>((resolve) => (reached = resolve));
      const consumer = await bus.consume({
        event: auditRecorded,
        group: 'g',
        onEvent: async (event) => {
          if (event.data.target === '2') reached();
          if (event.data.target === '2') await pause(300);
          first.push(event.data.target);
        },
      });
      await third;
      await consumer[Symbol.asyncDispose]();
    }
    expect(first).toEqual(['0', '1', '2']);
    await using outsider = await Outsider.connect();
    expect(await outsider.committed(`${prefix}g.${auditRecorded.type}`, auditTopic(prefix))).toEqual([3]);
    const second: string[] = [];
    await using test = await openBus({ prefix });
    await test.bus.consume({
      event: auditRecorded,
      group: 'g',
      onEvent: async (event) => void second.push(event.data.target),
    });
    await until(() => second.length === 3);
    expect(second).toEqual(['3', '4', '5']);
  });

  it('tells a handler that takes too long to drain, and delivers its event again', async () => {
    const prefix = uniquePrefix();
    let aborted = false;
    {
      await using test = await openBus({ prefix, tuning: { drainMs: 200 } });
      await test.bus.createTopics([auditRecorded]);
      await test.bus.publisher(auditRecorded).publish(audit('org', 0), { timeoutMs: 5000 });
      let reached = () => undefined as void;
      const started = new Promise<void>((resolve) => (reached = resolve));
      const consumer = await test.bus.consume({
        event: auditRecorded,
        group: 'g',
        onEvent: async (_event, { signal }) => {
          reached();
          await pause(60_000, signal);
          aborted = signal.aborted;
          throw new Error('stopped by the signal');
        },
      });
      await started;
      await consumer[Symbol.asyncDispose]();
    }
    expect(aborted).toBe(true);
    await using test = await openBus({ prefix });
    const again: number[] = [];
    await test.bus.consume({
      event: auditRecorded,
      group: 'g',
      onEvent: async (_event, { attempt }) => void again.push(attempt),
    });
    await until(() => again.length === 1);
    expect(again).toEqual([1]);
  });

  it('is shared: a second member takes over partitions without an event lost, or handled twice after a commit', async () => {
    const prefix = uniquePrefix();
    await using one = await openBus({ prefix });
    await one.bus.createTopics([auditRecorded]);
    const publisher = one.bus.publisher(auditRecorded);
    const handled = new Map<string, number>();
    const by = { one: 0, two: 0 };
    const onEvent = (who: 'one' | 'two') => async (event: { data: { target: string } }) => {
      await pause(5);
      by[who] += 1;
      handled.set(event.data.target, (handled.get(event.data.target) ?? 0) + 1);
    };
    const total = 600;
    const publishing = (async () => {
      for (let number = 0; number < total; number++) {
        await publisher.publish(audit(`org-${number % 16}`, number), { timeoutMs: 5000 });
        await pause(5);
      }
    })();
    await one.bus.consume({ event: auditRecorded, group: 'g', onEvent: onEvent('one') });
    await until(() => by.one > 20);
    {
      await using two = await openBus({ prefix });
      await two.bus.consume({ event: auditRecorded, group: 'g', onEvent: onEvent('two') });
      await until(() => by.two > 20 || handled.size === total);
    }
    await publishing;
    await until(() => handled.size === total, 30_000);
    expect(by.two).toBeGreaterThan(0);
    expect([...handled.values()].filter((times) => times > 1)).toEqual([]);
  });
});
