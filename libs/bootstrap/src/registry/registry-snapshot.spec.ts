import type { OrganizationState, RegistryState } from '@weir/contracts';
import { createLogger } from '@weir/telemetry';
import { describe, expect, it, vi } from 'vitest';
import { RegistrySnapshot, type StateRecord } from './registry-snapshot.js';

const logger = createLogger({ level: 'silent' });
const organization = (id: string): OrganizationState => ({ kind: 'organization', id, name: id, created_at: 0 });
const record = (id: string, revision: number, deleted = false): StateRecord => {
  const data: RegistryState = { object_key: `organization/${id}`, revision, deleted, object: organization(id) };
  return { id: `${id}-${revision}`, source: '/weir/registry', type: 'weir.registry.state.v1', time: 0, data };
};

function topic() {
  const { promise: ready, resolve: reachEnd } = Promise.withResolvers<void>();
  let take: (record: StateRecord) => void = () => {};
  let closed = false;
  return {
    reachEnd,
    send: (...records: StateRecord[]) => records.forEach((one) => take(one)),
    get closed() {
      return closed;
    },
    feed: async (onState: (record: StateRecord) => void) => {
      take = onState;
      return {
        ready,
        [Symbol.asyncDispose]: async () => {
          closed = true;
        },
      };
    },
  };
}

const snapshot = () => new RegistrySnapshot({ logger, path: '/dev/null/registry.json' });

describe('RegistrySnapshot', () => {
  it('is ready when the topic was read to its end, not before', async () => {
    const source = topic();
    const registry = snapshot();
    await registry.follow(source.feed);
    source.send(record('o1', 1));
    expect(registry.isReady).toBe(false);
    expect(registry.organization('o1')?.name).toBe('o1');
    source.reachEnd();
    await registry.ready;
    expect(registry.isReady).toBe(true);
  });

  it('tells listeners of every change once, and of none after they left', async () => {
    const source = topic();
    const registry = snapshot();
    await registry.follow(source.feed);
    const seen: string[] = [];
    const leave = registry.onChange((object, deleted) => seen.push(`${object.id} ${deleted}`));
    source.send(record('o1', 1), record('o1', 1), record('o1', 2, true), record('o2', 1), {
      tombstone: 'organization/o2',
    });
    leave();
    source.send(record('o3', 1));
    expect(seen).toEqual(['o1 false', 'o1 true', 'o2 false', 'o2 true']);
  });

  it('goes on when a listener fails', async () => {
    const source = topic();
    const registry = snapshot();
    await registry.follow(source.feed);
    const second = vi.fn();
    registry.onChange(() => {
      throw new RangeError('a broken listener');
    });
    registry.onChange(second);
    source.send(record('o1', 1));
    expect(second).toHaveBeenCalledOnce();
  });

  it('closes its reader', async () => {
    const source = topic();
    const registry = snapshot();
    await registry.follow(source.feed);
    await registry[Symbol.asyncDispose]();
    expect(source.closed).toBe(true);
  });
});
