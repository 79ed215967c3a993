import { sizeOf, type OutgoingRecord } from '../wire/record.js';
import { ByteWriter, varBytesSize, varintSize } from './byte-writer.js';
import { crc32c, type ProtocolRequest } from './kafkajs-internals.js';

/*
 * Produce request, version 7, written in one pass. kafkajs builds it from some forty small buffers and asynchronous steps
 * and computes 64-bit numbers as BigInt; on the request path that was most of what an event costs.
 */

export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly OutgoingRecord[];
}

export interface ProduceAck {
  readonly topic: string;
  readonly partition: number;
  /** 0 = stored. */
  readonly errorCode: number;
  readonly baseOffset: number;
}

const PRODUCE_API_KEY = 0;
const PRODUCE_VERSION = 7;
const ALL_REPLICAS = -1;
const MAGIC = 2;
const NOT_IDEMPOTENT = -1;
const FRAME_BYTES = 256;

/** A request with acks=all for partitions that one broker leads. `now` becomes the records' timestamp. */
export function produceRequest(
  partitions: readonly PartitionRecords[],
  ackTimeoutMs: number,
  now: number,
): ProtocolRequest<{ readonly acks: readonly ProduceAck[] }> {
  return {
    request: {
      apiKey: PRODUCE_API_KEY,
      apiVersion: PRODUCE_VERSION,
      apiName: 'Produce',
      encode: async () => {
        const bytes = encodeProduce(partitions, ackTimeoutMs, now);
        return { buf: bytes, buffer: bytes };
      },
    },
    response: { decode: async (bytes) => ({ acks: decodeProduce(bytes) }), parse: async (decoded) => decoded },
  };
}

export function encodeProduce(partitions: readonly PartitionRecords[], ackTimeoutMs: number, now: number): Buffer {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
  const expected = partitions.reduce(
    (sum, { records }) => sum + records.reduce((all, one) => all + sizeOf(one) + FRAME_BYTES, 0),
    FRAME_BYTES,
  );
  const writer = new ByteWriter(expected);
  // No transactional id, acks, timeout.
  writer.int16(-1).int16(ALL_REPLICAS).int32(ackTimeoutMs).int32(byTopic.size);
  for (const [topic, list] of byTopic) {
    writer.string(topic).int32(list.length);
    for (const { partition, records } of list) {
      writer.int32(partition);
      const size = writer.gap32();
      writeBatch(writer, records, now);
      writer.patchInt32(size, writer.length - size - 4);
    }
  }
  return writer.bytes;
}

/** Record batch, format 2 (Kafka protocol guide, "Record Batch"). */
function writeBatch(writer: ByteWriter, records: readonly OutgoingRecord[], now: number): void {
  writer.int64(0); // base offset, given by the broker
  const length = writer.gap32();
  writer.int32(-1).int8(MAGIC); // partition leader epoch, set by the broker
  const crc = writer.gap32();
  writer
    .int16(0)
    .int32(records.length - 1)
    .int64(now)
    .int64(now); // no compression, create time
  writer.int64(NOT_IDEMPOTENT).int16(NOT_IDEMPOTENT).int32(NOT_IDEMPOTENT).int32(records.length);
  records.forEach((record, index) => writeRecord(writer, record, index));
  writer.patchInt32(length, writer.length - length - 4);
  writer.patchInt32(crc, crc32c(writer.bytes.subarray(crc + 4)));
}

function writeRecord(writer: ByteWriter, { key, value, headers }: OutgoingRecord, offsetDelta: number): void {
  const names = Object.keys(headers);
  // Attributes and timestamp delta take one byte each.
  let size = 2 + varintSize(offsetDelta) + varBytesSize(key) + varBytesSize(value) + varintSize(names.length);
  for (const name of names) size += varBytesSize(name) + varBytesSize(headers[name] ?? '');
  writer.varint(size).int8(0).varint(0).varint(offsetDelta).varBytes(key).varBytes(value).varint(names.length);
  for (const name of names) writer.varBytes(name).varBytes(headers[name] ?? '');
}

export function decodeProduce(bytes: Buffer): ProduceAck[] {
  const acks: ProduceAck[] = [];
  let at = 4;
  for (let topics = bytes.readInt32BE(0); topics > 0; topics--) {
    const length = bytes.readInt16BE(at);
    const topic = bytes.toString('utf8', at + 2, at + 2 + length);
    at += 2 + length;
    const partitions = bytes.readInt32BE(at);
    at += 4;
    for (let index = 0; index < partitions; index++) {
      const [partition, errorCode] = [bytes.readInt32BE(at), bytes.readInt16BE(at + 4)];
      acks.push({ topic, partition, errorCode, baseOffset: Number(bytes.readBigInt64BE(at + 6)) });
      at += 30; // partition, error, base offset, append time, log start offset
    }
  }
  return acks;
}
