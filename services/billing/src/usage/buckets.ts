import { formatUsd, type PicoUsd } from '@weir/contracts';
import { BUCKET_MS, pageToken, type UsageQuery } from './usage-query.js';

/** Sums of one bucket and group; ungrouped columns are null. */
export interface UsageSum {
  readonly bucketMs: number;
  readonly projectId: string | null;
  readonly apiKeyId: string | null;
  readonly model: string | null;
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly amount: PicoUsd;
}

/** One bucket as OpenAI writes it; times in whole seconds since the epoch. */
export interface Bucket<Result> {
  readonly object: 'bucket';
  readonly start_time: number;
  readonly end_time: number;
  readonly results: readonly Result[];
}

export interface Page<Result> {
  readonly object: 'page';
  readonly data: readonly Bucket<Result>[];
  readonly has_more: boolean;
  readonly next_page: string | null;
}

/** Every bucket of the query, also the empty ones, with the results that fall into it. */
export function pageOf<Result>(
  query: UsageQuery,
  sums: readonly UsageSum[],
  resultOf: (sum: UsageSum) => Result,
): Page<Result> {
  const length = BUCKET_MS[query.width];
  const byBucket = Map.groupBy(sums, (sum) => sum.bucketMs);
  const count = Math.round((query.toMs - query.fromMs) / length);
  const data = Array.from({ length: count }, (_, index) => {
    const startMs = query.fromMs + index * length;
    return {
      object: 'bucket' as const,
      start_time: startMs / 1000,
      end_time: (startMs + length) / 1000,
      results: (byBucket.get(startMs) ?? []).map(resultOf),
    };
  });
  const { nextMs } = query;
  return {
    object: 'page',
    data,
    has_more: nextMs !== undefined,
    next_page: nextMs === undefined ? null : pageToken(nextMs),
  };
}

/** `organization.usage.completions.result`; what Weir does not meter is null or zero, as at OpenAI. */
export function usageResult(sum: UsageSum) {
  return {
    object: 'organization.usage.completions.result' as const,
    input_tokens: sum.inputTokens,
    input_cached_tokens: sum.cachedInputTokens,
    output_tokens: sum.outputTokens,
    input_audio_tokens: 0,
    output_audio_tokens: 0,
    num_model_requests: sum.requests,
    project_id: sum.projectId,
    user_id: null,
    api_key_id: sum.apiKeyId,
    model: sum.model,
    batch: null,
    service_tier: null,
  };
}

/** `organization.costs.result`. `value` is the number that clients of OpenAI expect; `value_decimal` is exact. */
export function costResult(sum: UsageSum) {
  const exact = formatUsd(sum.amount);
  return {
    object: 'organization.costs.result' as const,
    amount: { value: Number(exact), value_decimal: exact, currency: 'usd' },
    line_item: sum.model,
    project_id: sum.projectId,
    api_key_id: sum.apiKeyId,
  };
}
