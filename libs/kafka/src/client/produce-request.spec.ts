import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../wire/record.js';
import { decodeProduce, encodeProduce, type PartitionRecords } from './produce-request.js';

/* kafkajs's own code is the judge: its decoder reads what we write, its encoder writes what we read. */
const load = createRequire(import.meta.url);
const Decoder = load('kafkajs/src/protocol/decoder');
const Encoder = load('kafkajs/src/protocol/encoder');
const RecordBatchDecoder = load('kafkajs/src/protocol/recordBatch/v0/decoder');
const crc32c = load('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  topic: fc.constant(''),
  key: fc.option(
    fc.oneof(
      text,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    ),
  ),
  value: fc.option(text),
  headers: fc.dictionary(fc.constantFrom('ce_id', 'ce_type', 'traceparent', 'x'), text, { noNullPrototype: true }),
});
const partitions: fc.Arbitrary<PartitionRecords[]> = fc.uniqueArray(
  fc.record({
    topic: fc.constantFrom('weir.a.v1', 'weir.b.v1'),
    partition: fc.nat(5),
    records: fc.array(record, { minLength: 1, maxLength: 6 }),
  }),
  { selector: ({ topic, partition }) => `${topic}/${partition}`, minLength: 1, maxLength: 4 },
);

interface Read {
  topic: string;
  partition: number;
  records: {
    offset: string;
    timestamp: string;
    key: Buffer | null;
    value: Buffer | null;
    headers: Record<string, Buffer>;
  }[];
}

async function read(bytes: Buffer): Promise<{ acks: number; timeout: number; partitions: Read[] }> {
  const decoder = new Decoder(bytes);
  expect(decoder.readString()).toBeNull();
  const [acks, timeout, topics] = [decoder.readInt16(), decoder.readInt32(), decoder.readInt32()];
  const found: Read[] = [];
  for (let topicIndex = 0; topicIndex < topics; topicIndex++) {
    const topic = decoder.readString();
    for (let count = decoder.readInt32(); count > 0; count--) {
      const partition = decoder.readInt32();
      const batch: Buffer = decoder.readBytes(decoder.readInt32());
      expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)));
      expect(batch.readInt32BE(8)).toBe(batch.length - 12);
      const { records } = await RecordBatchDecoder(new Decoder(batch));
      found.push({ topic, partition, records });
    }
  }
  expect(decoder.canReadInt16()).toBe(false);
  return { acks, timeout, partitions: found };
}

describe('produce requests', () => {
  it('are what the protocol says, for any keys, values and headers', async () => {
    await fc.assert(
      fc.asyncProperty(partitions, async (list) => {
        const decoded = await read(encodeProduce(list, 5000, 1_700_000_000_123));
        expect([decoded.acks, decoded.timeout]).toEqual([-1, 5000]);
        expect(decoded.partitions).toHaveLength(list.length);
        for (const { topic, partition, records } of list) {
          const found = decoded.partitions.find((one) => one.topic === topic && one.partition === partition);
          expect(found?.records).toHaveLength(records.length);
          records.forEach((sent, index) => {
            const stored = found!.records[index]!;
            expect([stored.offset, stored.timestamp]).toEqual([String(index), '1700000000123']);
            expect(stored.key?.toString() ?? null).toBe(sent.key?.toString() ?? null);
            expect(stored.value?.toString() ?? null).toBe(sent.value?.toString() ?? null);
            const headers = Object.entries(stored.headers).map(([name, value]) => [name, value.toString()]);
            expect(Object.fromEntries(headers)).toEqual(sent.headers);
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are answered by partition', () => {
    const partition = (number: number, error: number, offset: number) =>
      new Encoder().writeInt32(number).writeInt16(error).writeInt64(offset).writeInt64(-1).writeInt64(0);
    const topic = (name: string, list: object[]) => new Encoder().writeString(name).writeArray(list);
    const answer = new Encoder()
      .writeArray([topic('a', [partition(0, 0, 2 ** 40), partition(2, 3, -1)]), topic('bc', [partition(1, 0, 7)])])
      .writeInt32(0);
    expect(decodeProduce(answer.buffer)).toEqual([
      { topic: 'a', partition: 0, errorCode: 0, baseOffset: 2 ** 40 },
      { topic: 'a', partition: 2, errorCode: 3, baseOffset: -1 },
      { topic: 'bc', partition: 1, errorCode: 0, baseOffset: 7 },
    ]);
  });
});
