import type { TopicSettings } from '@weir/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KafkaClient } from './kafka-client.js';
import { TopicAdmin } from './topic-admin.js';

interface Creation {
  topic: string;
  numPartitions: number;
  replicationFactor: number;
  configEntries: { name: string; value: string }[];
}

let existing: Set<string>;
let created: Creation[];
let open: number;
let away: boolean;
let admin: TopicAdmin;

const topic = (name: string, changes: Partial<TopicSettings> = {}): TopicSettings => ({
  name,
  partitions: 4,
  compacted: false,
  retentionMs: 1000,
  ...changes,
});

beforeEach(() => {
  [existing, created, open, away] = [new Set(['old']), [], 0, false];
  const kafka = {
    admin: () => ({
      connect: async () => {
        if (away) throw new Error('away');
        open += 1;
      },
      listTopics: async () => [...existing],
      createTopics: async ({ topics }: { topics: Creation[] }) => {
        created.push(...topics);
        for (const one of topics) existing.add(one.topic);
      },
      disconnect: async () => void (open = Math.max(0, open - 1)),
    }),
  };
  admin = new TopicAdmin({ kafka } as unknown as KafkaClient, 3);
});

describe('TopicAdmin', () => {
  it('creates what is missing with its settings and leaves the rest alone', async () => {
    admin.want([topic('old'), topic('new'), topic('state', { partitions: 1, compacted: true, retentionMs: -1 })]);
    await admin.ensure();
    expect(created.map((one) => [one.topic, one.numPartitions, one.replicationFactor])).toEqual([
      ['new', 4, 3],
      ['state', 1, 3],
    ]);
    expect(created[1]?.configEntries).toEqual([
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'retention.ms', value: '-1' },
      { name: 'min.insync.replicas', value: '2' },
    ]);
    expect([admin.missing, open]).toEqual([[], 0]);
  });

  it('asks nobody when nothing is missing, and looks again when told to', async () => {
    admin.want([topic('new')]);
    await admin.ensure();
    away = true;
    await admin.ensure();
    away = false;
    existing.delete('new');
    admin.lookAgain();
    await admin.ensure();
    expect(created.map((one) => one.topic)).toEqual(['new', 'new']);
  });

  it('rejects while Kafka is away and works afterwards', async () => {
    admin.want([topic('new')]);
    away = true;
    await expect(admin.ensure()).rejects.toThrow('away');
    expect(admin.missing).toEqual(['new']);
    away = false;
    await admin.ensure();
    expect(admin.missing).toEqual([]);
  });

  it('creates a topic once for any number of calls at the same time', async () => {
    admin.want([topic('new')]);
    const first = admin.ensure();
    admin.want([topic('newer')]);
    await Promise.all([first, admin.ensure(), admin.ensure()]);
    expect(created.map((one) => one.topic).sort()).toEqual(['new', 'newer']);
  });
});
