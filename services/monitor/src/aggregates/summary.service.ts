import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import { MONITOR_SETTINGS, type MonitorSettings } from '../monitor.config.js';
import { AggregateRepository, type AggregateFilter, type AggregateSums } from './aggregate.repository.js';
import { minutesSince, periodsOf } from './periods.js';

export interface SummaryQuery extends AggregateFilter {
  readonly fromMs: number;
  /** Exclusive; 0 = now. */
  readonly toMs: number;
}

/** Milliseconds; 0 where nothing was seen. */
export interface Summary extends AggregateSums {
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  readonly ttftP50Ms: number;
  readonly ttftP99Ms: number;
}

@Injectable()
export class SummaryService {
  constructor(
    private readonly aggregates: AggregateRepository,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(MONITOR_SETTINGS) private readonly settings: MonitorSettings,
  ) {}

  /** @throws WeirError `invalid_request` for a range that ends before it begins. */
  async summarize({ fromMs, toMs, ...filter }: SummaryQuery): Promise<Summary> {
    const now = this.source.now();
    // The current minute is not over; all of it is meant by "now".
    const endMs = toMs === 0 ? now + 1 : toMs;
    if (fromMs < 0 || toMs < 0)
      throw new WeirError('invalid_request', 'from_ms: not before 1970', { param: 'from_ms' });
    if (fromMs >= endMs) throw new WeirError('invalid_request', 'to_ms: must be after from_ms', { param: 'to_ms' });
    const minutesSinceMs = minutesSince(now, this.settings.minuteRetentionMs);
    const periods = periodsOf({ fromMs, toMs: endMs, minutesSinceMs });
    const [sums, { duration, time_to_first_token: firstToken }] = await Promise.all([
      this.aggregates.sums(periods, filter),
      this.aggregates.latencies(periods, filter),
    ]);
    return {
      ...sums,
      latencyP50Ms: duration.quantile(0.5),
      latencyP99Ms: duration.quantile(0.99),
      ttftP50Ms: firstToken.quantile(0.5),
      ttftP99Ms: firstToken.quantile(0.99),
    };
  }
}
