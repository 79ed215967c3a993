import { billingV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import type { CounterState } from './grant.js';
import { readAmounts, readLeaseRequest, writeLeaseAnswer } from './lease-message.js';
import { UNLIMITED } from './quantities.js';

const request = billingV1.AcquireLeaseRequest.fromPartial({
  replicaId: 'router-1',
  organizationId: 'org-1',
  projectId: 'project-1',
  apiKeyId: 'key-1',
  need: { requests: 1, tokens: 300, moneyUsd: '0.01' },
  want: { requests: 20, tokens: 100, moneyUsd: '' },
});
const counter: CounterState = {
  limitId: 'limit-1',
  scope: 'api_key',
  scopeId: 'key-1',
  dimension: 'money',
  window: 'month',
  windowStartMs: 0,
  windowEndMs: 90_000,
  limit: 5_000_000_000_000n,
  settled: 1_000_000_000_000n,
  leased: 1_500_000_500_000n,
};

describe('readLeaseRequest', () => {
  it('wants at least what it needs', () => {
    expect(readLeaseRequest(request)).toMatchObject({
      need: { requests: 1n, tokens: 300n, money: 10_000_000_000n },
      want: { requests: 20n, tokens: 300n, money: 10_000_000_000n },
    });
  });

  it.each([
    [{ replicaId: '' }, 'replica_id'],
    [{ apiKeyId: 'k'.repeat(201) }, 'api_key_id'],
    [{ need: { requests: -1, tokens: 0, moneyUsd: '0' } }, 'need.requests'],
    [{ need: { requests: 0, tokens: 0.5, moneyUsd: '0' } }, 'need.tokens'],
    [{ want: { requests: 0, tokens: 0, moneyUsd: '-0.1' } }, 'want.money_usd'],
    [{ want: { requests: 0, tokens: 0, moneyUsd: 'ten' } }, 'want.money_usd'],
  ])('refuses %o', (given, param) => {
    expect(() => readLeaseRequest({ ...request, ...given })).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });

  it('reads absent amounts as zero', () => {
    expect(readAmounts(undefined, 'spent')).toEqual({ requests: 0n, tokens: 0n, money: 0n });
  });
});

describe('writeLeaseAnswer', () => {
  it('writes -1 for dimensions without a limit, and windows as they stood before the grant', () => {
    const granted = { requests: UNLIMITED, tokens: UNLIMITED, money: 20_000_000_000n };
    const decision = { outcome: 'granted' as const, granted, ttlMs: 30_000, holds: [] };
    expect(writeLeaseAnswer({ leaseId: 'lease-1', decision, counters: [counter], nowMs: 60_000 }).outcome).toEqual({
      $case: 'lease',
      value: {
        id: 'lease-1',
        granted: { requests: -1, tokens: -1, moneyUsd: '0.02' },
        ttlMs: 30_000,
        windows: [{ dimension: 'money', scope: 'api_key', limit: 5_000_000, remaining: 2_499_999, resetMs: 30_000 }],
      },
    });
    const free = { ...decision, granted: { ...granted, money: UNLIMITED } };
    const answer = writeLeaseAnswer({ leaseId: 'l', decision: free, counters: [], nowMs: 0 });
    expect(answer.outcome).toMatchObject({ value: { granted: { moneyUsd: '-1' }, windows: [] } });
  });

  it.each([
    ['money', 'insufficient_quota', '5 USD per month'],
    ['tokens', 'rate_limit_exceeded', '5000000000000 tokens per month'],
  ] as const)('refuses %s with %s and says by which limit', (dimension, code, text) => {
    const by = { ...counter, dimension };
    const decision = { outcome: 'refused' as const, by, retryAfterMs: 12 };
    const { outcome } = writeLeaseAnswer({ leaseId: '', decision, counters: [by], nowMs: 0 });
    expect(outcome).toMatchObject({
      $case: 'refusal',
      value: { code, dimension, scope: 'api_key', retryAfterMs: 12, message: expect.stringContaining(text) },
    });
  });

  it('shows an overdrawn limit as empty, not as negative', () => {
    const overdrawn = { ...counter, settled: 9_000_000_000_000n };
    const decision = { outcome: 'refused' as const, by: overdrawn, retryAfterMs: 0 };
    const { outcome } = writeLeaseAnswer({ leaseId: '', decision, counters: [overdrawn], nowMs: 0 });
    expect(outcome).toMatchObject({ value: { windows: [{ remaining: 0 }] } });
  });
});
