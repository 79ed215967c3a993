import { beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '@weir/telemetry';
import type { OutgoingRecord } from '../wire/record.js';
import type { KafkaClient } from './kafka-client.js';
import { partitionOf } from './partitioner.js';
import { RecordProducer } from './record-producer.js';

const NOT_LEADER = 6;
const TOO_LARGE = 10;

/** A cluster of two brokers: partition n of each topic is led by broker n % 2 + 1. */
class FakeCluster {
  connected = false;
  closed = false;
  readonly requests: { nodeId: number; bytes: Buffer }[] = [];

  constructor(
    readonly topics: ReadonlySet<string>,
    readonly answer: (request: number) => number | Error,
    readonly ends: Map<string, number>,
  ) {}

  connect = async () => void (this.connected = true);
  isConnected = () => this.connected;
  disconnect = async () => void (this.closed = true);
  addMultipleTargetTopics = async () => undefined;
  refreshMetadata = async () => undefined;
  findTopicPartitionMetadata = (topic: string) =>
    this.topics.has(topic) ? [0, 1, 2, 3].map((partitionId) => ({ partitionId, leader: (partitionId % 2) + 1 })) : [];

  findBroker = async ({ nodeId }: { nodeId: number }) => ({
    connectionPool: {
      send: async ({ request }: { request: { encode(): Promise<{ buffer: Buffer }> } }) => {
        const { buffer } = await request.encode();
        this.requests.push({ nodeId, bytes: buffer });
        const result = this.answer(this.requests.length);
        if (typeof result !== 'number') throw result;
        return { acks: this.#acks(buffer, result) };
      },
    },
  });

  #acks(bytes: Buffer, errorCode: number) {
    const acks = [];
    let at = 12;
    for (let topics = bytes.readInt32BE(8); topics > 0; topics--) {
      const length = bytes.readInt16BE(at);
      const topic = bytes.toString('utf8', at + 2, at + 2 + length);
      at += 2 + length + 4;
      for (let count = bytes.readInt32BE(at - 4); count > 0; count--) {
        const partition = bytes.readInt32BE(at);
        const size = bytes.readInt32BE(at + 4);
        const place = `${topic}/${partition}`;
        const baseOffset = this.ends.get(place) ?? 0;
        if (errorCode === 0) this.ends.set(place, baseOffset + bytes.readInt32BE(at + 8 + 57));
        acks.push({ topic, partition, errorCode, baseOffset });
        at += 8 + size;
      }
    }
    return acks;
  }
}

let clusters: FakeCluster[];
let answers: (number | Error)[];
let producer: RecordProducer;

beforeEach(() => {
  [clusters, answers] = [[], []];
  const ends = new Map<string, number>();
  const client = {
    logger: createLogger({ level: 'silent' }),
    cluster: () => {
      const cluster = new FakeCluster(new Set(['a', 'b']), () => answers.shift() ?? 0, ends);
      clusters.push(cluster);
      return cluster;
    },
  };
  producer = new RecordProducer(client as unknown as KafkaClient);
});

const recordOf = (topic: string, key: string | null, value = 'v'): OutgoingRecord => ({
  topic,
  key,
  value,
  headers: {},
});

describe('RecordProducer', () => {
  it('tells each record its place, in the order of the call, over topics, partitions and brokers', async () => {
    const records = Array.from({ length: 40 }, (_, index) => recordOf(index % 3 ? 'a' : 'b', `key-${index % 7}`));
    const placements = await producer.send(records);
    const next = new Map<string, number>();
    placements.forEach((placement, index) => {
      const { topic, key } = records[index]!;
      const partition = partitionOf(key!, 4);
      const place = `${topic}/${partition}`;
      expect(placement).toEqual({ topic, partition, offset: String(next.get(place) ?? 0) });
      next.set(place, (next.get(place) ?? 0) + 1);
    });
    expect(new Set(clusters[0]?.requests.map(({ nodeId }) => nodeId)).size).toBe(2);
    expect(clusters[0]?.requests).toHaveLength(2);
  });

  it('spreads records without a key', async () => {
    const placements = await producer.send(Array.from({ length: 8 }, () => recordOf('a', null)));
    expect(new Set(placements.map(({ partition }) => partition)).size).toBe(4);
  });

  it('splits what is larger than Kafka takes at once and keeps its order', async () => {
    const records = Array.from({ length: 5 }, () => recordOf('a', 'k', 'x'.repeat(200_000)));
    const placements = await producer.send(records);
    expect(clusters[0]?.requests).toHaveLength(3);
    expect(placements.map(({ offset }) => offset)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('looks at the cluster again when a leader moved or a connection broke', async () => {
    answers = [NOT_LEADER, new Error('connection closed')];
    expect(await producer.send([recordOf('a', 'k')])).toMatchObject([{ topic: 'a', offset: '0' }]);
    expect(clusters.map(({ closed }) => closed)).toEqual([true, true, false]);
  });

  it('gives up after three attempts, with an error that may pass', async () => {
    answers = [new Error('1'), new Error('2'), new Error('3')];
    await expect(producer.send([recordOf('a', 'k')])).rejects.toMatchObject({ code: 'peer_unavailable' });
    expect(answers).toEqual([]);
  });

  it('does not try again what Kafka will never take', async () => {
    answers = [TOO_LARGE];
    await expect(producer.send([recordOf('a', 'k')])).rejects.toMatchObject({ code: 'invalid_event' });
    expect(clusters).toHaveLength(1);
  });

  it('says when a topic is missing, and sends nothing when there is nothing', async () => {
    await expect(producer.send([recordOf('c', 'k')])).rejects.toMatchObject({ code: 'peer_unavailable' });
    expect(await producer.send([])).toEqual([]);
  });
});
