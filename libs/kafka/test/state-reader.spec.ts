import { engineState, type EngineState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import type { StateChange } from '@weir/kafka';
import { brokers, openBus, Outsider, until, uniquePrefix } from './bus-fixture.js';
import { TcpProxy } from './tcp-proxy.js';
import { someEngine } from './engine-events.js';

const label = (change: StateChange<EngineState>) =>
  'tombstone' in change ? `gone ${change.tombstone}` : change.data.deployment_id;

describe('reading state', () => {
  it('reads from the start, is ready at the end seen then, and goes on live', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    const { bus, prefix } = test;
    const topic = `${prefix}${engineState.type}`;
    const publisher = bus.publisher(engineState);
    await bus.createTopics([engineState]);
    for (const name of ['a', 'b', 'c']) await publisher.publish(someEngine(name), { timeoutMs: 5000 });
    await outsider.write(topic, 'no event at all', {}, 'x');
    await outsider.write(topic, null, {}, 'b');
    const seen: string[] = [];
    const reader = await bus.readState(engineState, (change) => void seen.push(label(change)));
    expect(bus.problems()).toEqual([`${topic} is not read to its end`]);
    await reader.ready;
    expect(seen).toEqual(['a', 'b', 'c', 'gone b']);
    expect(reader.caughtUp).toBe(true);
    expect(bus.problems()).toEqual([]);
    await publisher.publish(someEngine('d'), { timeoutMs: 5000 });
    await until(() => seen.at(-1) === 'd');
    expect((await test.metrics.render()).body).toMatch(/weir_kafka_state_skipped_total\{topic="[^"]+"\} 1/);
    expect((await outsider.admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith(prefix))).toEqual([]);
  });

  it('is ready at once when there is nothing to read', async () => {
    await using test = await openBus();
    const reader = await test.bus.readState(engineState, () => undefined);
    await reader.ready;
  });

  it('waits for Kafka and goes on after a cut, with no record twice or lost', async () => {
    const prefix = uniquePrefix();
    await using proxy = await TcpProxy.start(brokers[0]!);
    proxy.cut();
    await using direct = await openBus({ prefix });
    await using behind = await openBus({ prefix, brokers: [proxy.address] });
    await direct.bus.createTopics([engineState]);
    const publisher = direct.bus.publisher(engineState);
    await publisher.publish(someEngine('a'), { timeoutMs: 5000 });
    const seen: string[] = [];
    const reader = await behind.bus.readState(engineState, (change) => void seen.push(label(change)));
    expect(reader.caughtUp).toBe(false);
    proxy.open();
    await reader.ready;
    proxy.cut();
    await publisher.publish(someEngine('b'), { timeoutMs: 5000 });
    proxy.open();
    await until(() => seen.includes('b'));
    expect(seen).toEqual(['a', 'b']);
  });
});
