import type { InferenceCompleted, WeirEvent } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import type { ChargingService } from './charging.service.js';
import { CompletedConsumer } from './completed.consumer.js';

const event = { id: 'e-1', traceparent: 'of the event' } as WeirEvent<InferenceCompleted>;
const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };
const delivery = { signal: new AbortController().signal, partition: 0, offset: '0', attempt: 1 };

function recorder(failure?: Error) {
  const calls: (string | undefined)[] = [];
  const record = async (_: unknown, traceparent: string | undefined) => {
    calls.push(traceparent);
    if (failure) throw failure;
  };
  return { calls, consumer: new CompletedConsumer({ record } as unknown as ChargingService) };
}

describe('CompletedConsumer', () => {
  it('charges under the trace of the delivery, or of the event without one', async () => {
    const { calls, consumer } = recorder();
    await consumer.onInferenceCompleted(event, delivery);
    await consumer.onInferenceCompleted(event, { ...delivery, trace });
    expect(calls).toEqual(['of the event', `00-${trace.traceId}-${trace.spanId}-01`]);
  });

  it('leaves every failure to the delivery', async () => {
    const { consumer } = recorder(new WeirError('price_unknown', 'as told'));
    await expect(consumer.onInferenceCompleted(event, delivery)).rejects.toMatchObject({ code: 'price_unknown' });
  });
});
