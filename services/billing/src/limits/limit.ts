import type { billingV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { WINDOW_KINDS, type WindowKind } from '../quota/calendar-window.js';
import { SCOPES, type LimitScope } from '../quota/grant.js';
import { DIMENSIONS, fromNumeric, toNumeric, type Dimension } from '../quota/quantities.js';

/** The most of one dimension that may be spent in each window of a kind, by one organisation, project or key. */
export interface Limit {
  readonly id: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly dimension: Dimension;
  readonly window: WindowKind;
  readonly amount: bigint;
}

export type NewLimit = Omit<Limit, 'id'>;

const MOST = { requests: 2n ** 53n - 1n, tokens: 2n ** 53n - 1n, money: 10n ** 24n } as const;

const shape = z.object({
  scope: z.enum(SCOPES),
  scopeId: z.string().min(1).max(200),
  dimension: z.enum(DIMENSIONS),
  window: z.enum(WINDOW_KINDS),
  amount: z.string().min(1).max(40),
});
const FIELD: Readonly<Record<string, string>> = { scopeId: 'scope_id' };

/** Reads a limit from the wire. @throws WeirError `invalid_request` with the field that is wrong. */
export function readLimit(message: billingV1.Limit | undefined): NewLimit {
  const parsed = shape.safeParse(message ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? '');
    throw wrong(FIELD[field] ?? field, issue?.message ?? 'The limit is not valid.');
  }
  const amount = fromNumeric(parsed.data.dimension, parsed.data.amount);
  if (amount === undefined || amount < 0n || amount > MOST[parsed.data.dimension]) {
    throw wrong('amount', 'Expected a whole number for requests and tokens, a decimal of USD for money, not negative.');
  }
  return { ...parsed.data, amount };
}

export function writeLimit(limit: Limit): billingV1.Limit {
  const { id, scope, scopeId, dimension, window } = limit;
  return { id, scope, scopeId, dimension, window, amount: toNumeric(dimension, limit.amount) };
}

function wrong(field: string, message: string): WeirError {
  return new WeirError('invalid_request', message, { param: `limit.${field}` });
}
