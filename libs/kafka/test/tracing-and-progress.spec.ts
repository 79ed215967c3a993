import { auditRecorded, engineState } from '@weir/contracts';
import { formatTraceparent, type SpanExporter, type TraceContext } from '@weir/telemetry';
import { describe, expect, it } from 'vitest';
import { audit, auditTopic, openBus, Outsider, textOf, until } from './bus-fixture.js';

class KeptSpans implements SpanExporter {
  readonly spans: Parameters<SpanExporter['export']>[0] = [];
  export(spans: Parameters<SpanExporter['export']>[0], done: Parameters<SpanExporter['export']>[1]): void {
    this.spans.push(...spans);
    done({ code: 0 });
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const parent: TraceContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };

describe('traces', () => {
  it('go from the publisher through the record to the handler', async () => {
    const exporter = new KeptSpans();
    await using test = await openBus({ exporter });
    await using outsider = await Outsider.connect();
    await test.bus.createTopics([auditRecorded]);
    const seen: (TraceContext | undefined)[] = [];
    await test.bus.consume({
      event: auditRecorded,
      group: 'g',
      onEvent: async (_event, { trace }) => void seen.push(trace),
    });
    const publisher = test.bus.publisher(auditRecorded);
    await publisher.publish(audit('org', 1), { trace: parent, timeoutMs: 5000 });
    await until(() => seen.length === 1 && exporter.spans.length === 2);
    const [produced, consumed] = exporter.spans;
    expect([produced?.name, consumed?.name]).toEqual([
      `${auditRecorded.type} publish`,
      `${auditRecorded.type} process`,
    ]);
    expect(produced?.parentSpanContext?.spanId).toBe(parent.spanId);
    expect(consumed?.parentSpanContext?.spanId).toBe(produced?.spanContext().spanId);
    expect(seen[0]?.traceId).toBe(parent.traceId);
    const [stored] = await outsider.readAll(auditTopic(test.prefix));
    expect(textOf(stored!, 'traceparent')).toBe(
      formatTraceparent({ ...parent, spanId: produced!.spanContext().spanId }),
    );
  });

  it('that are not sampled cost no span and keep their ids', async () => {
    const exporter = new KeptSpans();
    await using test = await openBus({ exporter });
    await using outsider = await Outsider.connect();
    await test.bus.createTopics([auditRecorded]);
    const trace = { ...parent, sampled: false };
    await test.bus.publisher(auditRecorded).publish(audit('org', 1), { trace, timeoutMs: 5000 });
    const [stored] = await outsider.readAll(auditTopic(test.prefix));
    expect(textOf(stored!, 'traceparent')).toBe(formatTraceparent(trace));
    expect(exporter.spans).toEqual([]);
  });
});

describe('a consumer that stops making progress', () => {
  it('is found, named and reported once', async () => {
    await using test = await openBus({ tuning: { stalledMs: 600, drainMs: 100 } });
    const { bus } = test;
    await bus.createTopics([auditRecorded]);
    const reasons: string[] = [];
    bus.onStalled((reason) => void reasons.push(reason));
    const publisher = bus.publisher(auditRecorded);
    for (let number = 0; number < 3; number++) await publisher.publish(audit('org', number), { timeoutMs: 5000 });
    let release = () => undefined as void;
    const stuck = new Promise<void>((resolve) => (release = resolve));
    const consumer = await bus.consume({ event: auditRecorded, group: 'g', onEvent: () => stuck });
    await until(() => reasons.length > 0);
    expect(consumer.lag()).toBe(3);
    expect(bus.problems()).toEqual([`consumer ${consumer.group} of ${consumer.topic} makes no progress`]);
    expect((await test.metrics.render()).body).toMatch(
      /kafka_consumergroup_lag\{group="[^"]+g\.[^"]+",topic="[^"]+",partition="\d"\} 3/,
    );
    release();
    await until(() => bus.problems().length === 0 && consumer.lag() === 0);
    expect(reasons).toHaveLength(1);
  });
});

describe('an idle client', () => {
  it('with a publisher, two consumers and a state reader uses less than one hundredth of a core', async () => {
    await using test = await openBus({ tuning: { maxWaitMs: 1000, lagMs: 5000 } });
    const { bus } = test;
    await bus.createTopics([auditRecorded]);
    await bus.publisher(auditRecorded).publish(audit('org', 1), { timeoutMs: 5000 });
    const onEvent = async () => undefined;
    await Promise.all(['a', 'b'].map((group) => bus.consume({ event: auditRecorded, group, onEvent })));
    await (
      await bus.readState(engineState, () => undefined)
    ).ready;
    await until(() => bus.problems().length === 0);
    const before = process.cpuUsage();
    // Idleness has no state to wait for: it is measured over a time.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const { user, system } = process.cpuUsage(before);
    // Unrepaired, each of its ten connections wakes up a thousand times a second.
    expect((user + system) / 4_000_000).toBeLessThan(0.01);
  });
});
