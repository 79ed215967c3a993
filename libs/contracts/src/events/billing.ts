import { z } from 'zod';
import { epochMs, tenant, tokenCount, usd } from './fields.js';
import { defineEvent } from './define-event.js';

export const billingCharged = defineEvent({
  type: 'weir.billing.charged.v1',
  source: '/weir/billing',
  description: 'One request was written to the ledger. Sums over this topic equal the ledger.',
  key: 'project_id',
  data: z.object({
    charge_id: z.string(),
    request_id: z.string(),
    ...tenant.shape,
    model: z.string(),
    price_id: z.string(),
    input_tokens: tokenCount,
    cached_input_tokens: tokenCount,
    output_tokens: tokenCount,
    amount_usd: usd,
    charged_at: epochMs,
  }),
});

export const billingBudget = defineEvent({
  type: 'weir.billing.budget.v1',
  source: '/weir/billing',
  description: 'A money limit passed 50, 80 or 100 percent of its window; once per threshold and window.',
  key: 'scope_id',
  data: z.object({
    limit_id: z.string(),
    scope: z.enum(['organization', 'project', 'api_key']),
    scope_id: z.string(),
    window_start: epochMs,
    threshold_percent: z.number().int(),
    limit_usd: usd,
    settled_usd: usd,
    reached_at: epochMs,
  }),
});

export type BillingCharged = z.infer<typeof billingCharged.data>;
export type BillingBudget = z.infer<typeof billingBudget.data>;
