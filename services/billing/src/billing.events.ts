import { formatUsd, type BillingBudget, type BillingCharged } from '@weir/contracts';
import type { Charge } from './ledger/charge.js';

/** Data of `weir.billing.charged.v1`. */
export function chargedEvent(charge: Charge): BillingCharged {
  return {
    charge_id: charge.id,
    request_id: charge.requestId,
    organization_id: charge.organizationId,
    project_id: charge.projectId,
    api_key_id: charge.apiKeyId,
    model: charge.model,
    price_id: charge.priceId,
    input_tokens: charge.inputTokens,
    cached_input_tokens: charge.cachedInputTokens,
    output_tokens: charge.outputTokens,
    amount_usd: formatUsd(charge.amount),
    charged_at: charge.chargedMs,
  };
}

/** A money limit whose settled amount passed a threshold for the first time in its window. */
export interface ReachedBudget {
  readonly limitId: string;
  readonly scope: BillingBudget['scope'];
  readonly scopeId: string;
  readonly windowStartMs: number;
  readonly thresholdPercent: number;
  readonly limit: bigint;
  readonly settled: bigint;
}

/** Data of `weir.billing.budget.v1`. */
export function budgetEvent(reached: ReachedBudget, reachedMs: number): BillingBudget {
  return {
    limit_id: reached.limitId,
    scope: reached.scope,
    scope_id: reached.scopeId,
    window_start: reached.windowStartMs,
    threshold_percent: reached.thresholdPercent,
    limit_usd: formatUsd(reached.limit),
    settled_usd: formatUsd(reached.settled),
    reached_at: reachedMs,
  };
}
