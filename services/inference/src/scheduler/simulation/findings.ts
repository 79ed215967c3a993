import type { DroppedReason } from '../admission/ticket.js';

/** What one simulated run has shown. Times are milliseconds. */
export interface Findings {
  /** Tokens that were evaluated, by tenant. */
  readonly served: ReadonlyMap<string, number>;
  readonly dropped: ReadonlyMap<DroppedReason, number>;
  readonly submitted: number;
  /** Requests that ran to their end. */
  readonly completed: number;
  readonly cancelled: number;
  /** Requests that neither ran to their end nor were told anything. */
  readonly lost: number;
  /** Tickets that ended more than once. */
  readonly doubled: number;
  readonly mostRunning: number;
  /** Waiting for their first slot; those who were parked are not counted. */
  readonly mostWaiting: number;
  /** Their prompt tokens, when there was more than one. */
  readonly mostWaitingTokens: number;
  /** From arrival to a slot, by tenant. */
  readonly waitMs: ReadonlyMap<string, readonly number[]>;
  /** From arrival to the first token, of those that got one. */
  readonly firstTokenMs: readonly number[];
  /** Requests that got their first token after their deadline. */
  readonly tooLate: number;
  /** What refused ones were told, and when those who waited at that time all had a slot. */
  readonly retries: readonly { readonly promisedMs: number; readonly actualMs: number }[];
  readonly tokens: number;
  /** Of `tokens`, those of requests that ran to their end. */
  readonly completedTokens: number;
  readonly endedAt: number;
}

/** Longest time from arrival to a slot. */
export function worstWaitMs({ waitMs }: Findings): number {
  return Math.max(0, ...[...waitMs.values()].map((waits) => waits.reduce((most, wait) => Math.max(most, wait), 0)));
}

/** Jain's index of fairness: 1 = all the same, 1/n = one has everything. */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

/** Part by which a promise missed what came, of what came. */
export function missOf({ promisedMs, actualMs }: { readonly promisedMs: number; readonly actualMs: number }): number {
  return Math.abs(promisedMs - actualMs) / actualMs;
}
