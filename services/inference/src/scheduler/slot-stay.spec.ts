import { WeirError } from '@weir/errors';
import { describe, expect, it, vi } from 'vitest';
import type { SlotLease } from './slot-scheduler.js';
import { SlotStay, type ParkableGeneration } from './slot-stay.js';

class FakeLease implements SlotLease {
  readonly charged: { prompt: number; output: number }[] = [];
  released = 0;
  reclaim: () => void = () => undefined;

  release(): void {
    this.released++;
  }

  onReclaim(listener: () => void): void {
    this.reclaim = listener;
  }

  served(tokens: { prompt: number; output: number }): void {
    this.charged.push(tokens);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

function stay() {
  const end = Promise.withResolvers<void>();
  const usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
  const parked = Promise.withResolvers<'parked' | 'ended'>();
  const generation = {
    usage,
    ended: end.promise,
    park: vi.fn(() => parked.promise),
    unpark: vi.fn(),
    cancel: vi.fn(),
    expire: vi.fn(),
    fail: vi.fn(),
  } satisfies ParkableGeneration;
  const lease = new FakeLease();
  const again = Promise.withResolvers<SlotLease>();
  const enter = vi.fn((_over: AbortSignal) => again.promise);
  const onPrompt = vi.fn();
  const made = new SlotStay({ generation, lease, enter, onPrompt });
  return { made, generation, usage, lease, end, parked, again, enter, onPrompt };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('SlotStay', () => {
  it('charges what was evaluated, once, and leaves cached tokens out', () => {
    const { made, usage, lease, onPrompt } = stay();
    made.account();
    Object.assign(usage, { inputTokens: 100, cachedInputTokens: 64, outputTokens: 1 });
    made.account();
    made.account();
    usage.outputTokens = 4;
    made.account();
    expect(lease.charged).toEqual([
      { prompt: 36, output: 1 },
      { prompt: 0, output: 3 },
    ]);
    expect(onPrompt.mock.calls).toEqual([[100]]);
  });

  it('charges the rest and releases when the generation has ended', async () => {
    const { usage, lease, end } = stay();
    Object.assign(usage, { inputTokens: 10, outputTokens: 7 });
    end.resolve();
    await turn();
    expect(lease.charged).toEqual([{ prompt: 10, output: 7 }]);
    expect(lease.released).toBe(1);
  });

  it('parks when its slot is reclaimed, releases only then, and goes on in the next slot', async () => {
    const { generation, lease, parked, again, enter, end } = stay();
    lease.reclaim();
    await turn();
    expect([generation.park.mock.calls.length, lease.released, enter.mock.calls.length]).toEqual([1, 0, 0]);
    parked.resolve('parked');
    await turn();
    expect([lease.released, enter.mock.calls.length, generation.unpark.mock.calls.length]).toEqual([1, 1, 0]);
    const next = new FakeLease();
    again.resolve(next);
    await turn();
    expect(generation.unpark).toHaveBeenCalledTimes(1);
    end.resolve();
    await turn();
    expect(next.released).toBe(1);
  });

  it('enters no more when it ended instead of parking', async () => {
    const { lease, parked, enter, end } = stay();
    lease.reclaim();
    end.resolve();
    parked.resolve('ended');
    await turn();
    expect(enter).not.toHaveBeenCalled();
    expect(lease.released).toBeGreaterThan(0);
  });

  it('leaves the queue when it ends while it is parked, and gives a slot back that came too late', async () => {
    const { generation, lease, parked, again, enter, end } = stay();
    lease.reclaim();
    parked.resolve('parked');
    await turn();
    const over = enter.mock.calls[0]?.[0];
    end.resolve();
    await turn();
    expect(over?.aborted).toBe(true);
    const next = new FakeLease();
    again.resolve(next);
    await turn();
    expect([next.released, generation.unpark.mock.calls.length]).toEqual([1, 0]);
  });

  it('ends with what it has when its deadline comes, and with the error when it waits in vain', async () => {
    const late = stay();
    late.lease.reclaim();
    late.parked.resolve('parked');
    late.again.reject(new WeirError('deadline_exceeded', 'Late.'));
    await turn();
    expect([late.generation.expire.mock.calls.length, late.generation.fail.mock.calls.length]).toEqual([1, 0]);
    const refused = stay();
    refused.lease.reclaim();
    refused.parked.resolve('parked');
    const error = new WeirError('engine_overloaded', 'Busy.');
    refused.again.reject(error);
    await turn();
    expect(refused.generation.cancel).toHaveBeenCalledTimes(1);
    expect(refused.generation.fail.mock.calls).toEqual([[error]]);
  });
});
