import { formatUsd, parseUsd, type billingV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { remainingOf, tightestWindows, type CounterState, type GrantDecision } from './grant.js';
import { largest, NOTHING, toHeaderNumber, UNLIMITED, type Quantities } from './quantities.js';

export interface LeaseTerms {
  readonly replicaId: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly apiKeyId: string;
  readonly need: Quantities;
  readonly want: Quantities;
}

const ID_LENGTH = 200;

/** Reads a lease request from the wire. @throws WeirError `invalid_request` with the field that is wrong. */
export function readLeaseRequest(message: billingV1.AcquireLeaseRequest): LeaseTerms {
  const need = readAmounts(message.need, 'need');
  const want = readAmounts(message.want, 'want');
  return {
    replicaId: readId(message.replicaId, 'replica_id'),
    organizationId: readId(message.organizationId, 'organization_id'),
    projectId: readId(message.projectId, 'project_id'),
    apiKeyId: readId(message.apiKeyId, 'api_key_id'),
    need,
    want: {
      requests: largest(need.requests, want.requests),
      tokens: largest(need.tokens, want.tokens),
      money: largest(need.money, want.money),
    },
  };
}

export function readId(text: string, param: string): string {
  if (text.length === 0 || text.length > ID_LENGTH) {
    throw new WeirError('invalid_request', `Expected 1 to ${ID_LENGTH} characters.`, { param });
  }
  return text;
}

/** Absent amounts are zero. */
export function readAmounts(amounts: billingV1.Amounts | undefined, param: string): Quantities {
  if (!amounts) return NOTHING;
  const { requests, tokens } = amounts;
  const money = parseUsd(amounts.moneyUsd || '0');
  if (!Number.isSafeInteger(requests) || requests < 0) throw negative(`${param}.requests`);
  if (!Number.isSafeInteger(tokens) || tokens < 0) throw negative(`${param}.tokens`);
  if (money === undefined || money < 0n) throw negative(`${param}.money_usd`);
  return { requests: BigInt(requests), tokens: BigInt(tokens), money };
}

export function writeAmounts(amounts: Quantities): billingV1.Amounts {
  return {
    requests: Number(amounts.requests),
    tokens: Number(amounts.tokens),
    moneyUsd: amounts.money === UNLIMITED ? '-1' : formatUsd(amounts.money),
  };
}

/** Answer to a lease request. Money in windows is in whole micro-USD, rounded down. */
export function writeLeaseAnswer(answer: {
  readonly leaseId: string;
  readonly decision: GrantDecision;
  readonly counters: readonly CounterState[];
  readonly nowMs: number;
}): billingV1.AcquireLeaseResponse {
  const { decision, nowMs } = answer;
  const windows = tightestWindows(answer.counters).map((counter) => writeWindow(counter, nowMs));
  if (decision.outcome === 'granted') {
    const lease = { id: answer.leaseId, granted: writeAmounts(decision.granted), ttlMs: decision.ttlMs, windows };
    return { outcome: { $case: 'lease', value: lease } };
  }
  const { by, retryAfterMs } = decision;
  const code = by.dimension === 'money' ? 'insufficient_quota' : 'rate_limit_exceeded';
  const refusal = { code, dimension: by.dimension, scope: by.scope, message: refusalText(by), retryAfterMs, windows };
  return { outcome: { $case: 'refusal', value: refusal } };
}

const SCOPE_WORDS = { organization: 'organization', project: 'project', api_key: 'API key' } as const;

function refusalText(counter: CounterState): string {
  const amount =
    counter.dimension === 'money' ? `${formatUsd(counter.limit)} USD` : `${counter.limit} ${counter.dimension}`;
  return `The limit of ${amount} per ${counter.window} of this ${SCOPE_WORDS[counter.scope]} does not cover the request.`;
}

function writeWindow(counter: CounterState, nowMs: number): billingV1.Window {
  return {
    dimension: counter.dimension,
    scope: counter.scope,
    limit: toHeaderNumber(counter.dimension, counter.limit),
    remaining: toHeaderNumber(counter.dimension, largest(0n, remainingOf(counter))),
    resetMs: Math.max(0, counter.windowEndMs - nowMs),
  };
}

function negative(param: string): WeirError {
  return new WeirError('invalid_request', 'Expected a whole number, or a decimal of USD for money, not negative.', {
    param,
  });
}
