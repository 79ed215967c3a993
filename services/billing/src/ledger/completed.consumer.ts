import { Inject, Injectable } from '@nestjs/common';
import { OnEvent, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { inferenceCompleted, type InferenceCompleted, type WeirEvent } from '@weir/contracts';
import { isWeirError } from '@weir/errors';
import type { DeliveryContext } from '@weir/kafka';
import { backoffMs, sleep } from '@weir/resilience';
import { formatTraceparent } from '@weir/telemetry';
import { BILLING_GROUP, ChargingService } from './charging.service.js';

/** Events of this many projects share transactions. */
const CONCURRENT_KEYS = 64;

/** About half a minute per delivery, so that an outage of PostgreSQL does not use up the event's retries. */
const DATABASE_WAITS = 12;
const DATABASE_WAIT = { baseMs: 250, capMs: 5_000 } as const;

/** Charges every finished request. */
@Injectable()
export class CompletedConsumer {
  constructor(
    private readonly charging: ChargingService,
    @Inject(SOURCE) private readonly source: Source,
  ) {}

  @OnEvent(inferenceCompleted, { group: BILLING_GROUP, concurrency: CONCURRENT_KEYS })
  async onInferenceCompleted(event: WeirEvent<InferenceCompleted>, context: DeliveryContext): Promise<void> {
    const { trace, signal } = context;
    const traceparent = trace ? formatTraceparent(trace) : event.traceparent;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.charging.record(event, traceparent);
      } catch (error) {
        if (attempt >= DATABASE_WAITS || !isOutage(error)) throw error;
        await sleep(backoffMs(attempt, { ...DATABASE_WAIT, random: () => this.source.random() }), signal);
      }
    }
  }
}

function isOutage(error: unknown): boolean {
  return isWeirError(error) && error.code === 'database_unavailable';
}
