import type { Source } from '@weir/config';
import { createLogger, Metrics } from '@weir/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClusterView, EndOffsets } from '../client/cluster-view.js';
import { kafkaMetrics } from '../kafka.metrics.js';
import type { ConsumerRuntime } from './consumer-runtime.js';
import { LagMonitor } from './lag-monitor.js';

const source: Source = { now: () => 0, monotonic: () => Date.now(), uuid: () => '', random: () => 0 };

/** What the monitor sees of a consumer. */
class SeenConsumer {
  group = 'g';
  topic = 't';
  topics = ['t', 't.g-retry-1'];
  joined = true;
  finished = 0;
  dueLag = 0;
  measured: EndOffsets[] = [];
  lag = () => this.dueLag;
  measure = (ends: EndOffsets) => void this.measured.push(ends);
  get runtime(): ConsumerRuntime {
    return this as unknown as ConsumerRuntime;
  }
}

let consumer: SeenConsumer;
let available: boolean;
let asked: (readonly string[])[];
let answer: () => Promise<EndOffsets>;
let stalls: string[];
let monitor: LagMonitor;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  [consumer, available, asked, stalls] = [new SeenConsumer(), true, [], []];
  answer = async () => new Map();
  const view = {
    endOffsets: (topics: readonly string[]) => {
      asked.push(topics);
      return answer();
    },
  };
  monitor = new LagMonitor({
    view: view as unknown as ClusterView,
    available: () => available,
    lagMs: 1000,
    stalledMs: 5000,
    metrics: new Metrics().bind(kafkaMetrics),
    logger: createLogger({ level: 'silent' }),
    source,
    onStalled: (reason) => void stalls.push(reason),
  });
  monitor.watch(consumer.runtime);
});
afterEach(async () => {
  await monitor[Symbol.asyncDispose]();
  vi.useRealTimers();
});

describe('LagMonitor', () => {
  it('asks once for all topics and passes the answer on', async () => {
    const second = new SeenConsumer();
    second.topics = ['t', 'u'];
    monitor.watch(second.runtime);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([['t', 't.g-retry-1', 'u']]);
    expect([consumer.measured.length, second.measured.length]).toEqual([1, 1]);
  });

  it('reports a consumer that does not move, once, until it moves', async () => {
    consumer.dueLag = 4;
    await vi.advanceTimersByTimeAsync(5000);
    expect(stalls).toEqual([]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(stalls).toEqual(['consumer g of t makes no progress']);
    expect(monitor.stalled(consumer.runtime)).toBe(true);
    consumer.finished = 1;
    await vi.advanceTimersByTimeAsync(1000);
    expect(monitor.stalled(consumer.runtime)).toBe(false);
  });

  it('reports a consumer that never gets into its group', async () => {
    consumer.joined = false;
    await vi.advanceTimersByTimeAsync(8000);
    expect(stalls).toHaveLength(1);
  });

  it('reports nobody while Kafka is away or does not answer', async () => {
    consumer.dueLag = 4;
    available = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect([stalls, asked]).toEqual([[], []]);
    available = true;
    answer = () => Promise.reject(new Error('no answer'));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(stalls).toEqual([]);
    expect(asked.length).toBeGreaterThan(10);
  });

  it('waits for an answer before it asks again, and forgets who left', async () => {
    let reply: (ends: EndOffsets) => void = () => undefined;
    answer = () => new Promise((resolve) => (reply = resolve));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(1);
    monitor.forget(consumer.runtime);
    reply(new Map());
    await vi.advanceTimersByTimeAsync(1000);
    expect([asked.length, consumer.measured]).toEqual([1, []]);
  });
});
