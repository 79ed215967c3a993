import { auditRecorded, type AuditRecorded, type WeirEvent } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { audit, auditTopic, openBus, Outsider, textOf, until } from './bus-fixture.js';

describe('publishing and consuming', () => {
  it('brings each event to its handler once, in order per key, as CloudEvents', async () => {
    await using test = await openBus();
    await using outsider = await Outsider.connect();
    const { bus, prefix } = test;
    const seen: WeirEvent<AuditRecorded>[] = [];
    const publisher = bus.publisher(auditRecorded);
    await bus.createTopics([auditRecorded]);
    const consumer = await bus.consume({
      event: auditRecorded,
      group: 'g',
      onEvent: async (event) => void seen.push(event),
    });
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const receipts = await Promise.all(
      numbers.map((number) =>
        publisher.publish(audit(`org-${number % 7}`, number), { subject: `s${number}`, timeoutMs: 5000 }),
      ),
    );
    await until(() => seen.length === 200);
    for (const receipt of receipts) expect(receipt).toMatchObject({ stored: 'kafka', topic: auditTopic(prefix) });
    expect(new Set(seen.map((event) => event.id)).size).toBe(200);
    for (let key = 0; key < 7; key++) {
      const order = seen
        .filter((event) => event.data.organization_id === `org-${key}`)
        .map((event) => Number(event.data.target));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
    await until(() => consumer.lag() === 0);
    const stored = await outsider.readAll(auditTopic(prefix));
    const first = stored.find((message) => textOf(message, 'ce_subject') === 's0');
    expect(first?.key?.toString()).toBe('org-0');
    expect(textOf(first!, 'content-type')).toBe('application/json');
    expect(textOf(first!, 'ce_type')).toBe(auditRecorded.type);
    const receipt = receipts[0]!;
    expect(receipt.stored === 'kafka' && [String(first?.partition), first?.offset]).toEqual(
      receipt.stored === 'kafka' && [String(receipt.partition), receipt.offset],
    );
  });
});
