import type { InferenceCompleted, WeirEvent } from '@weir/contracts';
import { WeirError, type ErrorCode } from '@weir/errors';
import { fakeSource } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import type { ChargingService } from './charging.service.js';
import { CompletedConsumer } from './completed.consumer.js';

const event = { id: 'e-1', traceparent: 'of the event' } as WeirEvent<InferenceCompleted>;
const source = { ...fakeSource(), random: () => 0 };

/** Fails with the given codes, one per call, then succeeds. */
function chargingThat(...codes: ErrorCode[]) {
  const calls: (string | undefined)[] = [];
  const record = async (_: unknown, traceparent: string | undefined) => {
    calls.push(traceparent);
    const code = codes.shift();
    if (code) throw new WeirError(code, 'as told');
  };
  return { calls, consumer: new CompletedConsumer({ record } as unknown as ChargingService, source) };
}

const delivery = (signal = new AbortController().signal) => ({ signal, partition: 0, offset: '0', attempt: 1 });

describe('CompletedConsumer', () => {
  it('waits for a database that is away and keeps the trace', async () => {
    const { calls, consumer } = chargingThat('database_unavailable', 'database_unavailable');
    await consumer.onInferenceCompleted(event, delivery());
    expect(calls).toEqual(['of the event', 'of the event', 'of the event']);
  });

  it('gives up after a bounded number of waits', async () => {
    const { calls, consumer } = chargingThat(...Array.from({ length: 50 }, () => 'database_unavailable' as const));
    await expect(consumer.onInferenceCompleted(event, delivery())).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    expect(calls).toHaveLength(13);
  });

  it('passes every other failure on at once', async () => {
    const { calls, consumer } = chargingThat('price_unknown');
    await expect(consumer.onInferenceCompleted(event, delivery())).rejects.toMatchObject({ code: 'price_unknown' });
    expect(calls).toHaveLength(1);
  });

  it('stops waiting when the delivery is taken away', async () => {
    const { consumer } = chargingThat('database_unavailable');
    await expect(consumer.onInferenceCompleted(event, delivery(AbortSignal.abort()))).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
