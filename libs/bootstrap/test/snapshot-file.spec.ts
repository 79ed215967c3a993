import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryState } from '@weir/contracts';
import { createLogger } from '@weir/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistrySnapshot, type StateFeed, type StateRecord } from '../src/registry/registry-snapshot.js';
import { SnapshotFile } from '../src/registry/snapshot-file.js';

const logger = createLogger({ level: 'silent' });
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-snapshot-'));
  path = join(folder, 'snapshot', 'registry.json');
});
afterEach(() => rm(folder, { recursive: true }));

const state = (id: string, revision = 1): RegistryState => ({
  object_key: `organization/${id}`,
  revision,
  deleted: false,
  object: { kind: 'organization', id, name: id, created_at: 0 },
});
const record = (data: RegistryState): StateRecord => ({ id: 'e', source: 's', type: 't', time: 0, data });

/** A topic with these states, which is read at once or, without states, never. */
function topic(states?: readonly RegistryState[]): StateFeed {
  return async (onState) => {
    for (const one of states ?? []) onState(record(one));
    const ready = states ? Promise.resolve() : new Promise<void>(() => {});
    return { ready, [Symbol.asyncDispose]: async () => {} };
  };
}

async function saved(...states: RegistryState[]): Promise<void> {
  await using file = new SnapshotFile({ path, logger, states: () => states, intervalMs: 0 });
  file.changed();
}

const snapshot = () => new RegistrySnapshot({ logger, path, graceMs: 20 });

describe('RegistrySnapshot over a file', () => {
  it('tells its listeners what disk had, as if the topic had said it', async () => {
    await saved(state('o1'));
    await using registry = snapshot();
    const told: string[] = [];
    registry.onChange((object) => told.push(object.id));
    await registry.follow(topic());
    expect(told).toEqual(['o1']);
  });
});

describe('SnapshotFile', () => {
  it('gives back what it saved, readable by the owner only, with nothing half-written beside it', async () => {
    await saved(state('o1'), state('o2', 7));
    const file = new SnapshotFile({ path, logger, states: () => [] });
    expect(await file.load()).toEqual([state('o1'), state('o2', 7)]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'snapshot'))).toEqual(['registry.json']);
  });

  it('writes many changes once', async () => {
    let written = 0;
    const states = () => {
      written++;
      return [state('o1')];
    };
    await using file = new SnapshotFile({ path, logger, states, intervalMs: 30 });
    for (let count = 0; count < 100; count++) file.changed();
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('o1');
    expect(written).toBe(1);
  });

  it('starts empty without a file, with a broken one and with one of another format', async () => {
    const file = new SnapshotFile({ path, logger, states: () => [] });
    expect(await file.load()).toEqual([]);
    await saved(state('o1'));
    for (const text of ['{"format":1,"sta', '[]', 'null', '{"format":2,"states":[]}']) {
      await writeFile(path, text);
      expect(await file.load()).toEqual([]);
    }
  });

  it('leaves out what is not a valid state', async () => {
    await saved(state('o1'), { ...state('o2'), revision: -1 });
    const file = new SnapshotFile({ path, logger, states: () => [] });
    expect(await file.load()).toEqual([state('o1')]);
  });

  it('survives a folder that cannot be written', async () => {
    await writeFile(join(folder, 'snapshot'), 'a file where the folder should be');
    await expect(saved(state('o1'))).resolves.toBeUndefined();
  });
});

describe('RegistrySnapshot with a file', () => {
  it('is ready from disk after the grace time while the topic cannot be read', async () => {
    await saved(state('o1'));
    await using registry = snapshot();
    await registry.follow(topic());
    expect(registry.isReady).toBe(false);
    await registry.ready;
    expect(registry.organization('o1')?.name).toBe('o1');
  });

  it('forgets what the topic no longer has', async () => {
    await saved(state('o1'), state('gone'));
    await using registry = snapshot();
    await registry.follow(topic([state('o1')]));
    await registry.ready;
    expect(registry.organization('o1')).toBeDefined();
    expect(registry.organization('gone')).toBeUndefined();
  });

  it('keeps everything when the topic is empty, as that of a new Kafka is', async () => {
    await saved(state('o1'));
    await using registry = snapshot();
    await registry.follow(topic([]));
    await registry.ready;
    expect(registry.organization('o1')).toBeDefined();
  });

  it('saves what it read when it closes', async () => {
    const registry = snapshot();
    await registry.follow(topic([state('o1'), state('o2')]));
    await registry[Symbol.asyncDispose]();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ states: [state('o1'), state('o2')] });
  });
});
