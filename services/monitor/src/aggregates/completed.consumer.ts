import { Injectable } from '@nestjs/common';
import { OnEvent } from '@weir/bootstrap';
import { inferenceCompleted, type InferenceCompleted, type WeirEvent } from '@weir/contracts';
import { MONITOR_GROUP, ObservationService } from './observation.service.js';

/** This many events share transactions; sums do not depend on their order. */
const CONCURRENT_EVENTS = 64;

@Injectable()
export class CompletedConsumer {
  constructor(private readonly observations: ObservationService) {}

  @OnEvent(inferenceCompleted, { group: MONITOR_GROUP, concurrency: CONCURRENT_EVENTS, order: 'none' })
  async onInferenceCompleted(event: WeirEvent<InferenceCompleted>): Promise<void> {
    await this.observations.observeCompleted(event);
  }
}
