/** Times and bounds of a consumer, in milliseconds, records and bytes. */
export interface ConsumerTuning {
  /** Without a heartbeat for this long, the partitions go to others. Kafka's own minimum is 6 s. */
  readonly sessionTimeoutMs: number;
  /** Time that members have to join again; longer than `drainMs`. */
  readonly rebalanceTimeoutMs: number;
  /** Longest wait for running handlers before partitions are let go. */
  readonly drainMs: number;
  /**
   * A fetch is answered when this much is there, or this long after it was asked. Without a least amount every record
   * costs a request of its own.
   */
  readonly minBytes: number;
  readonly maxWaitMs: number;
  /** Longest time that a finished record stays uncommitted. */
  readonly commitMs: number;
  /** Bounds of what is fetched and not finished. */
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Without progress for this long, while records wait and Kafka answers, a consumer counts as stalled. */
  readonly stalledMs: number;
  /** Time between two looks at the lag. */
  readonly lagMs: number;
}

export const defaultTuning: ConsumerTuning = {
  sessionTimeoutMs: 6000,
  rebalanceTimeoutMs: 10_000,
  drainMs: 5000,
  minBytes: 64 * 1024,
  maxWaitMs: 250,
  commitMs: 250,
  maxRecords: 256,
  maxBytes: 16 * 1024 * 1024,
  stalledMs: 60_000,
  lagMs: 5000,
};
