import type { GuardrailVerdict, InferenceCompleted } from '@weir/contracts';
import { ERROR_KINDS, isErrorCode } from '@weir/errors';
import { bucketOf } from './log-histogram.js';

/** What aggregates are kept of. */
export interface Subject {
  readonly organizationId: string;
  readonly projectId: string;
  readonly model: string;
}

/** Columns of an aggregate that are summed. */
export const COUNTERS = [
  'requests',
  'errors',
  'client_errors',
  'blocked',
  'cancelled',
  'input_tokens',
  'output_tokens',
  'verdicts_allow',
  'verdicts_flag',
  'verdicts_mask',
  'verdicts_block',
] as const;
export type Counter = (typeof COUNTERS)[number];

export type LatencySeries = 'duration' | 'time_to_first_token';

/** What one event adds to the aggregates of its time. */
export interface Contribution {
  readonly subject: Subject;
  readonly atMs: number;
  readonly counts: Partial<Readonly<Record<Counter, number>>>;
  readonly costUsd: string;
  readonly latencies: readonly { readonly series: LatencySeries; readonly bucket: number; readonly count: number }[];
}

export function contributionOfCompleted(event: InferenceCompleted): Contribution {
  const { outcome } = event;
  const isClientError = outcome === 'error' && isClientFault(event.error_code);
  const firstToken = event.time_to_first_token_ms;
  return {
    subject: subjectOf(event, event.request_model),
    atMs: event.ended_at,
    counts: {
      requests: 1,
      errors: Number(outcome === 'error'),
      client_errors: Number(isClientError),
      blocked: Number(outcome === 'blocked'),
      cancelled: Number(outcome === 'cancelled'),
      input_tokens: event.input_tokens,
      output_tokens: event.output_tokens,
    },
    costUsd: event.cost_usd,
    latencies: [
      { series: 'duration', bucket: bucketOf(event.duration_ms), count: 1 },
      ...(firstToken === undefined
        ? []
        : [{ series: 'time_to_first_token' as const, bucket: bucketOf(firstToken), count: 1 }]),
    ],
  };
}

export function contributionOfVerdict(event: GuardrailVerdict): Contribution {
  return {
    subject: subjectOf(event, event.model),
    atMs: event.decided_at,
    counts: { [`verdicts_${event.action}`]: 1 },
    costUsd: '0',
    latencies: [],
  };
}

export function subjectOf(event: { organization_id: string; project_id: string }, model: string): Subject {
  return { organizationId: event.organization_id, projectId: event.project_id, model };
}

/** A request that its caller got wrong says nothing about the service. Overload and limits of engines do. */
function isClientFault(code: string | undefined): boolean {
  if (code === undefined || !isErrorCode(code) || code === 'engine_overloaded') return false;
  return ERROR_KINDS[code].http < 500;
}
