import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import type { Principal } from '@weir/grpc';
import type { Amounts } from './amounts.js';
import { KeyAdmission, type LeaseSource } from './key-admission.js';
import type { EndedLease } from './lease-book.js';
import type { LeaseOutcome, LeaseRequest } from './quota.client.js';

const principal: Principal = {
  apiKeyId: 'k',
  projectId: 'p',
  organizationId: 'o',
  scopes: ['inference'],
  role: 'member',
  onBillingError: 'closed',
};
const need = (tokens: number): Amounts => ({ requests: 1, tokens, money: 0n });

/** Billing with one limit of tokens, whose answers come when the test lets them. */
class Leases implements LeaseSource {
  readonly asked: LeaseRequest[] = [];
  readonly back: EndedLease[] = [];
  left = 100;
  failing = false;
  gate: Promise<void> | undefined;
  #held = new Map<string, number>();

  async acquire(request: LeaseRequest): Promise<LeaseOutcome> {
    this.asked.push(request);
    await this.gate;
    if (this.failing) return { kind: 'failed', error: new WeirError('billing_unavailable', 'down') };
    if (request.need.tokens > this.left) {
      const error = new WeirError('rate_limit_exceeded', 'full', { retryAfterMs: 20_000 });
      return { kind: 'refused', error, windows: [{ dimension: 'tokens', limit: 100, remaining: 0, resetMs: 9 }] };
    }
    const tokens = Math.min(this.left, request.want.tokens);
    const id = `lease-${this.asked.length}`;
    this.left -= tokens;
    this.#held.set(id, tokens);
    const granted = { requests: Number.POSITIVE_INFINITY, tokens, money: undefined };
    return { kind: 'granted', lease: { id, granted, grantedAt: 0, endsAt: 1_000, windows: [] } };
  }

  async giveBack(leases: readonly EndedLease[]): Promise<void> {
    for (const lease of leases) {
      this.back.push(lease);
      this.left += (this.#held.get(lease.id) ?? 0) - lease.spent.tokens;
    }
  }
}

function setUp(maxWaiting = 10) {
  const leases = new Leases();
  const clock = { ms: 0 };
  const key = new KeyAdmission({
    leases,
    source: { monotonic: () => clock.ms, now: () => clock.ms },
    maxWaiting,
    allowance: { requestsPerMinute: 2, tokensPerMinute: 50 },
  });
  return { leases, clock, key };
}

const codeOf = (admission: Awaited<ReturnType<KeyAdmission['admit']>>) =>
  admission.admitted ? 'admitted' : admission.error.code;

describe('KeyAdmission', () => {
  it('asks once for many requests that come together', async () => {
    const { key, leases } = setUp();
    const admissions = await Promise.all([1, 2, 3, 4].map(() => key.admit(principal, need(10))));
    expect(admissions.map(codeOf)).toEqual(['admitted', 'admitted', 'admitted', 'admitted']);
    expect(leases.asked).toHaveLength(1);
    expect(leases.asked[0]?.want.tokens).toBeGreaterThanOrEqual(80);
  });

  it('answers equal refusals from memory for a moment, with the windows that billing told', async () => {
    const { key, leases, clock } = setUp();
    leases.left = 5;
    expect(codeOf(await key.admit(principal, need(10)))).toBe('rate_limit_exceeded');
    expect(codeOf(await key.admit(principal, need(11)))).toBe('rate_limit_exceeded');
    expect(leases.asked).toHaveLength(1);
    expect(key.windows()).toMatchObject([{ remaining: 0 }]);
    expect(codeOf(await key.admit(principal, need(4)))).toBe('admitted');
    clock.ms = 251;
    await key.admit(principal, need(10));
    expect(leases.asked).toHaveLength(3);
  });

  it('gives idle leases back before it asks for more than they cover', async () => {
    const { key, leases } = setUp();
    const first = await key.admit(principal, need(10));
    if (first.admitted && first.reservation) key.settle(first.reservation, need(1));
    expect(leases.left).toBe(20);
    expect(codeOf(await key.admit(principal, need(99)))).toBe('admitted');
    expect(leases.back.map(({ spent }) => spent.tokens)).toEqual([1]);
  });

  it('asks for the next lease in advance, without a request that waits', async () => {
    const { key, leases } = setUp();
    leases.left = 1_000;
    await key.admit(principal, need(10));
    for (let turn = 0; turn < 6; turn += 1) await key.admit(principal, need(10));
    expect(leases.asked).toHaveLength(2);
    expect(leases.asked[1]?.want.tokens).toBeGreaterThanOrEqual(80);
  });

  it('bounds those that wait', async () => {
    const { key, leases } = setUp(2);
    const gate = Promise.withResolvers<void>();
    leases.gate = gate.promise;
    const admissions = [1, 2, 3, 4].map(() => key.admit(principal, need(10)));
    expect(codeOf(await (admissions[3] as never))).toBe('rate_limit_exceeded');
    gate.resolve();
    expect((await Promise.all(admissions.slice(0, 3))).map(codeOf)).toEqual(['admitted', 'admitted', 'admitted']);
  });

  it('without billing refuses a closed key and bounds an open one', async () => {
    const { key, leases, clock } = setUp();
    leases.failing = true;
    expect(codeOf(await key.admit(principal, need(10)))).toBe('billing_unavailable');
    const open: Principal = { ...principal, onBillingError: 'open' };
    const admission = await key.admit(open, need(10));
    expect(admission).toEqual({ admitted: true, reservation: undefined });
    expect(codeOf(await key.admit(open, need(45)))).toBe('billing_unavailable');
    expect(codeOf(await key.admit(open, need(40)))).toBe('admitted');
    expect(codeOf(await key.admit(open, need(1)))).toBe('billing_unavailable');
    // What was allowed must not be forgotten while its minute lasts.
    expect(key.sweep()).toBe(false);
    clock.ms = 60_000;
    expect(key.sweep()).toBe(true);
    expect(codeOf(await key.admit(open, need(1)))).toBe('admitted');
  });

  it('gives back what has ended when swept, and everything idle when drained', async () => {
    const { key, leases, clock } = setUp();
    const running = await key.admit(principal, need(10));
    clock.ms = 1_000;
    expect(key.sweep()).toBe(false);
    if (running.admitted && running.reservation) key.settle(running.reservation, need(3));
    expect(leases.back).toEqual([{ id: 'lease-1', spent: need(3) }]);
    clock.ms = 0;
    await key.admit(principal, need(5)).then((next) => {
      if (next.admitted && next.reservation) key.settle(next.reservation, need(0));
    });
    await key.drain();
    expect(leases.back).toHaveLength(2);
    expect(leases.left).toBe(97);
    expect(key.sweep()).toBe(true);
  });
});
