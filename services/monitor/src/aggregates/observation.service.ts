import { Injectable } from '@nestjs/common';
import type { GuardrailVerdict, InferenceCompleted, WeirEvent } from '@weir/contracts';
import { Database } from '@weir/database';
import { Metrics, type Bound } from '@weir/telemetry';
import { sampleOf } from '../drift/sample.js';
import { SampleRepository } from '../drift/sample.repository.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { AggregateRepository } from './aggregate.repository.js';
import { contributionOfCompleted, contributionOfVerdict } from './contribution.js';

/** Inbox group: an event counts once for ever under this name. */
export const MONITOR_GROUP = 'monitor';

/** Adds each event to the sums and samples of its project and model: once, or not at all. */
@Injectable()
export class ObservationService {
  readonly #metrics: Bound<typeof monitorMetrics>;

  constructor(
    private readonly database: Database,
    private readonly aggregates: AggregateRepository,
    private readonly samples: SampleRepository,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(monitorMetrics);
  }

  async observeCompleted(event: WeirEvent<InferenceCompleted>): Promise<void> {
    const contribution = contributionOfCompleted(event.data);
    const sample = sampleOf(event.data);
    const isNew = await this.database.transaction(async (tx) => {
      if (!(await tx.claim(MONITOR_GROUP, event))) return false;
      await this.aggregates.add(tx, contribution);
      if (sample) await this.samples.add(tx, contribution.subject, sample);
      return true;
    });
    this.#count('completed', isNew);
  }

  async observeVerdict(event: WeirEvent<GuardrailVerdict>): Promise<void> {
    const isNew = await this.database.transaction(async (tx) => {
      if (!(await tx.claim(MONITOR_GROUP, event))) return false;
      await this.aggregates.add(tx, contributionOfVerdict(event.data));
      return true;
    });
    this.#count('verdict', isNew);
  }

  #count(event: string, isNew: boolean): void {
    this.#metrics.events.inc({ event, outcome: isNew ? 'counted' : 'duplicate' });
  }
}
