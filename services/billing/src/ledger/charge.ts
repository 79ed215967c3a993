import { costOf, parseUsd, type InferenceCompleted, type PicoUsd } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { isInForce, type Price } from '../prices/price.js';

/** One side of a double entry: positive = debit, negative = credit. */
export interface LedgerEntry {
  readonly account: string;
  readonly amount: PicoUsd;
}

/** What one request cost, as it stands in the ledger for ever. */
export interface Charge {
  /** Id of the completed event, so that a request has one charge at most. */
  readonly id: string;
  readonly requestId: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly model: string;
  readonly priceId: string;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly amount: PicoUsd;
  /** Begin of the request: what usage, costs and limits count it by. */
  readonly startedMs: number;
  readonly chargedMs: number;
  readonly entries: readonly LedgerEntry[];
}

/** Why the router's price or cost was not the one that the ledger took. */
export type CostMismatch = 'amount' | 'price_not_in_force';

export const receivableOf = (organizationId: string): string => `receivable/${organizationId}`;
export const revenueOf = (model: string): string => `revenue/${model}`;

/** Whether a completed request costs anything at all: requests that never reached a model use no tokens. */
export function isBillable(use: InferenceCompleted): boolean {
  return use.input_tokens > 0 || use.output_tokens > 0;
}

/**
 * The price to charge by. A router learns of a new price within `lagMs`; up to then the old one is still honoured,
 * since the customer was shown it. Later, the price in force when the request began counts.
 * @throws WeirError `price_unknown`, `invalid_event`.
 */
export function priceToCharge(
  use: InferenceCompleted,
  prices: readonly Price[],
  lagMs: number,
): { readonly price: Price; readonly mismatch: CostMismatch | undefined } {
  const named = prices.find((price) => price.id === use.price_id);
  if (!named) throw unknownPrice(use);
  if (named.model !== use.response_model) {
    throw new WeirError('invalid_event', 'The price of the event belongs to another model.', {
      details: { request_id: use.request_id, price_model: named.model },
    });
  }
  if (isInForce(named, use.started_at) || isInForce(named, use.started_at - lagMs)) {
    return { price: named, mismatch: undefined };
  }
  const inForce = prices.find((price) => price.model === named.model && isInForce(price, use.started_at));
  if (!inForce) throw unknownPrice(use);
  return { price: inForce, mismatch: 'price_not_in_force' };
}

/** Computes the charge from the tokens; the cost that the event states is only compared. */
export function chargeOf(
  event: { readonly id: string; readonly data: InferenceCompleted },
  price: Price,
  chargedMs: number,
): { readonly charge: Charge; readonly mismatch: CostMismatch | undefined } {
  const use = event.data;
  if (use.cached_input_tokens > use.input_tokens) {
    throw new WeirError('invalid_event', 'More cached input tokens than input tokens.');
  }
  const tokens = {
    inputTokens: use.input_tokens,
    cachedInputTokens: use.cached_input_tokens,
    outputTokens: use.output_tokens,
  };
  const amount = costOf(price, tokens);
  const entries = [
    { account: receivableOf(use.organization_id), amount },
    { account: revenueOf(price.model), amount: -amount },
  ];
  const charge: Charge = {
    id: event.id,
    requestId: use.request_id,
    organizationId: use.organization_id,
    projectId: use.project_id,
    apiKeyId: use.api_key_id,
    model: price.model,
    priceId: price.id,
    ...tokens,
    amount,
    startedMs: use.started_at,
    chargedMs,
    entries,
  };
  return { charge, mismatch: parseUsd(use.cost_usd) === amount ? undefined : 'amount' };
}

function unknownPrice(use: InferenceCompleted): WeirError {
  return new WeirError('price_unknown', 'Tokens were used at a price that is not known; they are not billed as zero.', {
    details: { request_id: use.request_id, price_id: use.price_id ?? '' },
  });
}
