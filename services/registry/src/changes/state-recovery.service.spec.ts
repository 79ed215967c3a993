import type { KafkaBus, StateReader } from '@weir/kafka';
import type { Database } from '@weir/database';
import { createLogger, Metrics } from '@weir/telemetry';
import { systemSource } from '@weir/config';
import { describe, expect, it, vi } from 'vitest';
import { StateRecoveryService } from './state-recovery.service.js';
import type { StatesRepository } from './states.repository.js';

const never = new Promise<void>(() => undefined);
const readerOf = (ready: Promise<void>): StateReader & { closed: boolean } => ({
  ready,
  caughtUp: false,
  closed: false,
  async [Symbol.asyncDispose]() {
    this.closed = true;
  },
});

function recovery(readState: () => Promise<StateReader>) {
  const revisions = vi.fn(async () => []);
  const service = new StateRecoveryService(
    { readState } as unknown as KafkaBus,
    {} as Database,
    { revisions } as unknown as StatesRepository,
    new Metrics(),
    createLogger({ level: 'silent' }),
    { ...systemSource, random: () => 0 },
  );
  return { service, revisions };
}

describe('the recovery of the state topic', () => {
  it('waits for a Kafka that is away, and lets go of it when the service stops', async () => {
    const reader = readerOf(never);
    const { service, revisions } = recovery(async () => reader);
    service.onApplicationBootstrap();
    await service.onApplicationShutdown();
    expect(revisions).not.toHaveBeenCalled();
    expect(reader.closed).toBe(true);
  });

  it('is tried again until it succeeds', async () => {
    const readState = vi
      .fn<() => Promise<StateReader>>()
      .mockRejectedValueOnce(new TypeError('first'))
      .mockRejectedValueOnce(new TypeError('second'))
      .mockImplementation(async () => readerOf(Promise.resolve()));
    const { service, revisions } = recovery(readState);
    service.onApplicationBootstrap();
    await vi.waitFor(() => expect(revisions).toHaveBeenCalledOnce());
    await service.onApplicationShutdown();
    expect(readState).toHaveBeenCalledTimes(3);
  });

  it('stops between two tries', async () => {
    const readState = vi.fn<() => Promise<StateReader>>().mockRejectedValue(new TypeError('always'));
    const { service } = recovery(readState);
    service.onApplicationBootstrap();
    await vi.waitFor(() => expect(readState).toHaveBeenCalled());
    await service.onApplicationShutdown();
    const tries = readState.mock.calls.length;
    await new Promise(setImmediate);
    expect(readState).toHaveBeenCalledTimes(tries);
  });
});
