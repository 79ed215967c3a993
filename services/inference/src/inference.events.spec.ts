import { describe, expect, it } from 'vitest';
import type { EngineState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { silentLogger } from '@weir/testing';
import { InferenceEvents } from './inference.events.js';

const report = (deployment_id: string, reported_at: number): EngineState => ({
  deployment_id,
  state: 'ready',
  reason: '',
  slots: 1,
  context_tokens: 1,
  artifact_sha256: '',
  breaker: 'closed',
  breaker_reason: '',
  device: '',
  reported_at,
});

function publishing(publish: (data: EngineState) => Promise<void>) {
  const bus = { publisher: () => ({ publish }) };
  return new InferenceEvents(bus as never, silentLogger);
}

describe('InferenceEvents', () => {
  it('publishes in order per deployment; a waiting report gives way to a newer one', async () => {
    const sent: string[] = [];
    const first = Promise.withResolvers<void>();
    const events = publishing(async ({ deployment_id, reported_at }) => {
      sent.push(`${deployment_id}${reported_at}`);
      if (reported_at === 1) await first.promise;
    });
    for (const at of [1, 2, 3]) events.engineState(report('a', at));
    events.engineState(report('b', 9));
    expect(sent).toEqual(['a1', 'b9']);
    first.resolve();
    await events.flushed();
    expect(sent).toEqual(['a1', 'b9', 'a3']);
  });

  it('waits for reports of machine time, and goes on after one that could not be stored', async () => {
    const sent: string[] = [];
    const events = publishing(async ({ deployment_id }) => {
      await Promise.resolve();
      sent.push(deployment_id);
      if (deployment_id === 'a') throw new WeirError('internal', 'spool full');
    });
    for (const deployment_id of ['a', 'b']) events.engineUsage({ ...report(deployment_id, 1) } as never);
    await events.flushed();
    expect(sent).toEqual(['a', 'b']);
  });

  it('goes on after a report that could not be stored', async () => {
    const sent: number[] = [];
    const events = publishing(async ({ reported_at }) => {
      sent.push(reported_at);
      if (reported_at === 1) throw new WeirError('internal', 'spool full');
    });
    events.engineState(report('a', 1));
    await events.flushed();
    events.engineState(report('a', 2));
    await events.flushed();
    expect(sent).toEqual([1, 2]);
  });
});
