import { auditRecorded, type AuditRecorded } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import type { DeliveryContext } from '@weir/kafka';
import { audit, auditTopic, openBus, Outsider, textOf, until } from './bus-fixture.js';

const headers = {
  ce_specversion: '1.0',
  ce_type: auditRecorded.type,
  ce_source: auditRecorded.source,
  'content-type': 'application/json',
};
const id = (number: number) => `019a0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

describe('events that fail', () => {
  it('are retried on their own topics while the partition goes on, then land in the dead-letter topic', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    const { bus, prefix } = test;
    const attempts: DeliveryContext[] = [];
    const fine: string[] = [];
    await bus.createTopics([auditRecorded]);
    const consumer = await bus.consume({
      event: auditRecorded,
      group: 'g',
      retryDelaysMs: [50, 100],
      onEvent: async (event, context) => {
        if (event.data.target !== '0') return void fine.push(event.data.target);
        attempts.push(context);
        throw new WeirError('upstream_error', 'The upstream is broken.');
      },
    });
    const publisher = bus.publisher(auditRecorded);
    const poison = await publisher.publish(audit('org', 0), { timeoutMs: 5000 });
    for (let number = 1; number <= 20; number++) await publisher.publish(audit('org', number), { timeoutMs: 5000 });
    await until(() => fine.length === 20);
    await until(() => attempts.length === 3);
    const place = poison.stored === 'kafka' ? { partition: poison.partition, offset: poison.offset } : {};
    expect(attempts).toMatchObject([
      { attempt: 1, ...place },
      { attempt: 2, ...place },
      { attempt: 3, ...place },
    ]);
    await until(() => consumer.lag() === 0);
    const dead = await until(async () => {
      const found = await outsider.readAll(`${auditTopic(prefix)}.g-dlt`);
      return found.length > 0 ? found : undefined;
    });
    expect(dead).toHaveLength(1);
    expect(dead[0]?.key?.toString()).toBe('org');
    expect(JSON.parse(dead[0]?.value?.toString() ?? '')).toEqual(audit('org', 0));
    expect(textOf(dead[0]!, 'ce_id')).toBe(poison.id);
    expect(textOf(dead[0]!, 'kafka_dlt-exception-fqcn')).toBe('weir.upstream_error');
    expect(textOf(dead[0]!, 'retry_topic-attempts')).toBe('3');
    const { body } = await test.metrics.render();
    expect(body).toMatch(
      /weir_kafka_consumed_total\{group="g",topic="weir.audit.recorded.v1",outcome="dead_letter"\} 1/,
    );
    expect(body).toMatch(/outcome="retry"\} 2/);
  });

  it('that cannot be read go to the dead letters at once, as they are, and never block', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    const { bus, prefix } = test;
    const topic = auditTopic(prefix);
    const seen: AuditRecorded[] = [];
    await bus.createTopics([auditRecorded]);
    await outsider.write(topic, '{"half": ', { ...headers, ce_id: id(1) });
    await outsider.write(topic, Buffer.from([0xff, 0x00, 0x80]), { ...headers, ce_id: id(2) });
    await outsider.write(topic, JSON.stringify({ ...audit('org', 1), allowed: 'perhaps' }), {
      ...headers,
      ce_id: id(3),
    });
    await outsider.write(topic, JSON.stringify(audit('org', 1)), {});
    await outsider.write(topic, null, { ...headers, ce_id: id(4) });
    await outsider.write(topic, JSON.stringify(audit('org', 7)), { ...headers, ce_id: id(5) });
    await bus.consume({ event: auditRecorded, group: 'g', onEvent: async (event) => void seen.push(event.data) });
    await until(() => seen.length === 1);
    expect(seen).toEqual([audit('org', 7)]);
    const dead = await until(async () => {
      const found = await outsider.readAll(`${topic}.g-dlt`);
      return found.length === 5 ? found : undefined;
    });
    expect(dead.map((one) => textOf(one, 'kafka_dlt-exception-fqcn'))).toEqual(Array(5).fill('weir.invalid_event'));
    const binary = dead.find((one) => textOf(one, 'ce_id') === id(2));
    expect(binary?.value).toEqual(Buffer.from([0xff, 0x00, 0x80]));
  });

  it('that arrive twice are delivered twice with one id, for the inbox to see', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    const { bus, prefix } = test;
    const seen: string[] = [];
    await bus.createTopics([auditRecorded]);
    await bus.consume({
      event: auditRecorded,
      group: 'g',
      onEvent: async (event) => void seen.push(`${event.source} ${event.id}`),
    });
    const value = JSON.stringify(audit('org', 1));
    for (let copy = 0; copy < 2; copy++) await outsider.write(auditTopic(prefix), value, { ...headers, ce_id: id(9) });
    await until(() => seen.length === 2);
    expect(new Set(seen).size).toBe(1);
  });
});
