import { Injectable } from '@nestjs/common';
import { OnEvent } from '@weir/bootstrap';
import { inferenceCompleted, type InferenceCompleted, type WeirEvent } from '@weir/contracts';
import type { DeliveryContext } from '@weir/kafka';
import { formatTraceparent } from '@weir/telemetry';
import { BILLING_GROUP, ChargingService } from './charging.service.js';

/** This many events share transactions. Their order does not matter: a charge depends on nothing but its own event. */
const CONCURRENT_EVENTS = 64;

/** Charges every finished request. */
@Injectable()
export class CompletedConsumer {
  constructor(private readonly charging: ChargingService) {}

  @OnEvent(inferenceCompleted, { group: BILLING_GROUP, concurrency: CONCURRENT_EVENTS, order: 'none' })
  async onInferenceCompleted(event: WeirEvent<InferenceCompleted>, { trace }: DeliveryContext): Promise<void> {
    await this.charging.record(event, trace ? formatTraceparent(trace) : event.traceparent);
  }
}
