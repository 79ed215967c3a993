import { Injectable } from '@nestjs/common';
import { OnEvent } from '@weir/bootstrap';
import { inferenceCompleted, type InferenceCompleted, type WeirEvent } from '@weir/contracts';
import { MONITOR_GROUP, ObservationService } from './observation.service.js';

@Injectable()
export class CompletedConsumer {
  constructor(private readonly observations: ObservationService) {}

  @OnEvent(inferenceCompleted, { group: MONITOR_GROUP })
  async onInferenceCompleted(event: WeirEvent<InferenceCompleted>): Promise<void> {
    await this.observations.observeCompleted(event);
  }
}
