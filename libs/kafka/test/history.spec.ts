import { auditRecorded } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { audit, auditTopic, brokers, openBus, Outsider, uniquePrefix, type TestBus } from './bus-fixture.js';
import { TcpProxy } from './tcp-proxy.js';

async function read({ bus }: TestBus, sinceMs: number, signal?: AbortSignal): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  const range = { sinceMs, ...(signal ? { signal } : {}) };
  for await (const event of bus.readHistory(auditRecorded, range)) seen.push(event?.data.audit_id);
  return seen;
}

describe('reading history', () => {
  it('reads each partition from a time to its end, and tells what cannot be read', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    const publisher = test.bus.publisher(auditRecorded);
    expect(await read(test, 0)).toEqual([]);
    for (let number = 0; number < 12; number++) {
      await publisher.publish(audit(`org-${number % 5}`, number), { timeoutMs: 5000 });
    }
    const stored = await outsider.readAll(auditTopic(test.prefix));
    // Records of one millisecond belong together: begin at one that has the time for itself or its first ones.
    const times = stored.map(({ timestamp }) => Number(timestamp)).sort((one, other) => one - other);
    const since = times[6] ?? 0;
    const expected = stored.filter(({ timestamp }) => Number(timestamp) >= since).length;
    expect((await read(test, 0)).length).toBe(12);
    expect((await read(test, since)).length).toBe(expected);
    expect(new Set(await read(test, since)).size).toBe(expected);
    expect(await read(test, (times.at(-1) ?? 0) + 60_000)).toEqual([]);
    await outsider.write(auditTopic(test.prefix), 'no event', {}, 'org-0');
    expect((await read(test, 0)).filter((id) => id === undefined)).toHaveLength(1);
    const groups = (await outsider.admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith(test.prefix));
    expect(groups).toEqual([]);
  });

  it('ends at the end that it saw at the start', async () => {
    await using test = await openBus();
    const publisher = test.bus.publisher(auditRecorded);
    for (let number = 0; number < 3; number++) await publisher.publish(audit('o', number), { timeoutMs: 5000 });
    const seen: (string | undefined)[] = [];
    for await (const event of test.bus.readHistory(auditRecorded, { sinceMs: 0 })) {
      seen.push(event?.data.audit_id);
      await publisher.publish(audit('o', 100 + seen.length), { timeoutMs: 5000 });
    }
    expect(seen).toEqual(['audit-0', 'audit-1', 'audit-2']);
  });

  it('stops when nobody waits any more', async () => {
    await using test = await openBus();
    await test.bus.publisher(auditRecorded).publish(audit('o', 1), { timeoutMs: 5000 });
    await expect(read(test, 0, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('fails with a typed error while Kafka is away', async () => {
    await using proxy = await TcpProxy.start(brokers[0]!);
    proxy.cut();
    await using test = await openBus({ prefix: uniquePrefix(), brokers: [proxy.address] });
    await expect(read(test, 0)).rejects.toMatchObject({ code: 'peer_unavailable' });
  });
});
