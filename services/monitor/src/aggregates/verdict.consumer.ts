import { Injectable } from '@nestjs/common';
import { OnEvent } from '@weir/bootstrap';
import { guardrailVerdict, type GuardrailVerdict, type WeirEvent } from '@weir/contracts';
import { MONITOR_GROUP, ObservationService } from './observation.service.js';

@Injectable()
export class VerdictConsumer {
  constructor(private readonly observations: ObservationService) {}

  @OnEvent(guardrailVerdict, { group: MONITOR_GROUP })
  async onGuardrailVerdict(event: WeirEvent<GuardrailVerdict>): Promise<void> {
    await this.observations.observeVerdict(event);
  }
}
