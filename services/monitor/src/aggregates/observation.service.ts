import { Inject, Injectable } from '@nestjs/common';
import type { GuardrailVerdict, InferenceCompleted, WeirEvent } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { isWeirError } from '@weir/errors';
import { Batching, type ItemOutcome } from '@weir/resilience';
import { Metrics, type Bound } from '@weir/telemetry';
import { sampleOf, type Sample } from '../drift/sample.js';
import { SampleRepository } from '../drift/sample.repository.js';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { monitorMetrics } from '../monitor.metrics.js';
import { AggregateRepository } from './aggregate.repository.js';
import { contributionOfCompleted, contributionOfVerdict, type Contribution } from './contribution.js';
import { mergeContributions } from './merge-contributions.js';

/** Inbox group: an event counts once for ever under this name. */
export const MONITOR_GROUP = 'monitor';

interface Observed {
  readonly event: { readonly id: string; readonly source: string };
  readonly contribution: Contribution;
  readonly sample: Sample | undefined;
}

const BATCH_EVENTS = 128;

/** Adds each event to the sums and samples of its project and model: once, or not at all. Events share transactions. */
@Injectable()
export class ObservationService {
  readonly #metrics: Bound<typeof monitorMetrics>;
  readonly #batching: Batching<Observed, boolean>;

  constructor(
    private readonly database: Database,
    private readonly aggregates: AggregateRepository,
    private readonly samples: SampleRepository,
    @Inject(MONITOR_SETTINGS) settings: MonitorSettings,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(monitorMetrics);
    this.#batching = new Batching({
      maxItems: BATCH_EVENTS,
      lingerMs: settings.batchLingerMs,
      run: (items) => this.database.transaction((tx) => this.#observe(tx, items)),
      splitOn: (error) => !isWeirError(error) || error.code !== 'database_unavailable',
    });
  }

  async observeCompleted(event: WeirEvent<InferenceCompleted>): Promise<void> {
    const observed = { event, contribution: contributionOfCompleted(event.data), sample: sampleOf(event.data) };
    this.#count('completed', await this.#batching.add(observed));
  }

  async observeVerdict(event: WeirEvent<GuardrailVerdict>): Promise<void> {
    const observed = { event, contribution: contributionOfVerdict(event.data), sample: undefined };
    this.#count('verdict', await this.#batching.add(observed));
  }

  /** Whether each event was new. */
  async #observe(tx: Transaction, items: readonly Observed[]): Promise<ItemOutcome<boolean>[]> {
    const claimed = await tx.claimAll(
      MONITOR_GROUP,
      items.map(({ event }) => event),
    );
    // Two deliveries of one event in one batch: the first one counts.
    const isNew = items.map(({ event }) => claimed.delete(event.id));
    const fresh = items.filter((_, index) => isNew[index]);
    for (const contribution of mergeContributions(fresh.map((one) => one.contribution)).sort(bySubject)) {
      await this.aggregates.add(tx, contribution);
    }
    const sampled = Map.groupBy(
      fresh.filter(({ sample }) => sample),
      ({ contribution: { subject } }) => `${subject.projectId}/${subject.model}`,
    );
    for (const [, same] of [...sampled].sort(([one], [other]) => (one < other ? -1 : 1))) {
      await this.samples.add(
        tx,
        same[0]!.contribution.subject,
        same.flatMap(({ sample }) => sample ?? []),
      );
    }
    return isNew.map((value) => ({ ok: true, value }));
  }

  #count(event: string, isNew: boolean): void {
    this.#metrics.events.inc({ event, outcome: isNew ? 'counted' : 'duplicate' });
  }
}

/** Rows are locked in one order by all replicas. */
function bySubject(one: Contribution, other: Contribution): number {
  const key = ({ subject, atMs }: Contribution) => `${subject.projectId}/${subject.model}/${atMs}`;
  return key(one) < key(other) ? -1 : 1;
}
