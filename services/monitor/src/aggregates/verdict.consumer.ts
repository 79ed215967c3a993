import { Injectable } from '@nestjs/common';
import { OnEvent } from '@weir/bootstrap';
import { guardrailVerdict, type GuardrailVerdict, type WeirEvent } from '@weir/contracts';
import { MONITOR_GROUP, ObservationService } from './observation.service.js';

/** This many events share transactions; sums do not depend on their order. */
const CONCURRENT_EVENTS = 64;

@Injectable()
export class VerdictConsumer {
  constructor(private readonly observations: ObservationService) {}

  @OnEvent(guardrailVerdict, { group: MONITOR_GROUP, concurrency: CONCURRENT_EVENTS, order: 'none' })
  async onGuardrailVerdict(event: WeirEvent<GuardrailVerdict>): Promise<void> {
    await this.observations.observeVerdict(event);
  }
}
