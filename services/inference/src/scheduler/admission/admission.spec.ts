import { describe, expect, it } from 'vitest';
import { plainDemand } from '../simulation/demands.js';
import { Admission, type AdmissionOptions, type Outcome } from './admission.js';
import type { SlotDemand, Ticket } from './ticket.js';

function admission(more: Partial<AdmissionOptions> = {}): Admission {
  const made = new Admission({ slots: 1, maxQueue: 8, maxQueuedTokens: 0, maxWaitMs: 10_000, shares: [], ...more });
  made.open(0);
  return made;
}

const submit = (target: Admission, special: Partial<SlotDemand> = {}, now = 0) =>
  target.submit(plainDemand(special), now);

const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind, ticket }) => `${kind} ${ticket.id}`);

/** Steps that tell what tokens cost: a prompt token 1 ms, a generated one 5. */
function measured(target: Admission): void {
  for (let index = 0; index < 10; index++) target.onStep({ promptTokens: 0, sampledTokens: 1, durationMs: 5 });
  for (let index = 0; index < 10; index++) target.onStep({ promptTokens: 100, sampledTokens: 0, durationMs: 100 });
}

function run(target: Admission, ticket: Ticket, output: number, now: number): readonly Outcome[] {
  target.served(ticket, { prompt: ticket.demand.promptTokens, output });
  return target.release(ticket, now);
}

describe('Admission', () => {
  it('leads a request through its states', () => {
    const target = admission();
    const first = submit(target).ticket;
    const { ticket } = submit(target);
    expect([first.state, ticket.state]).toEqual(['prefill', 'queued']);
    target.release(first, 10);
    expect([first.state, ticket.state]).toEqual(['released', 'prefill']);
    target.served(ticket, { prompt: 10, output: 0 });
    expect(ticket.state).toBe('prefill');
    target.served(ticket, { prompt: 0, output: 1 });
    expect([ticket.state, ticket.promptLeft]).toEqual(['decode', 0]);
    target.release(ticket, 20);
    target.served(ticket, { prompt: 0, output: 1 });
    expect([ticket.state, ticket.servedOutput]).toEqual(['released', 1]);
    expect(target.release(ticket, 30)).toEqual([]);
  });

  it('grants nothing while it is closed, and the next ones when it opens', () => {
    const target = admission({ slots: 2 });
    target.close(0);
    const tickets = [submit(target), submit(target), submit(target)].map(({ ticket }) => ticket);
    expect(kinds(target.open(5))).toEqual(['granted 1', 'granted 2']);
    expect(tickets.map(({ isRunning }) => isRunning)).toEqual([true, true, false]);
  });

  it('gives a slot that a tenant may not have to the next one at once', () => {
    const target = admission({
      slots: 2,
      shares: [{ tenant: 'small', nominal_percent: 50, borrowing_percent: 0, weight: 0 }],
    });
    submit(target, { tenant: 'small' });
    expect(kinds(submit(target, { tenant: 'small' }).outcomes)).toEqual([]);
    expect(kinds(submit(target, { tenant: 'other' }).outcomes)).toEqual(['granted 3']);
  });

  it('tells when what waits will have got its slots, by the tokens that wait', () => {
    const target = admission();
    measured(target);
    run(target, submit(target).ticket, 20, 100);
    submit(target);
    for (let index = 0; index < 5; index++) submit(target, { promptTokens: 300, maxTokens: 500 });
    expect(target.retryAfterMs(100)).toBe(5 * (300 * 1 + 20 * 5));
  });

  it('tells it by the requests that ended where no step is measured', () => {
    const target = admission();
    let { ticket } = submit(target);
    for (let index = 0; index < 7; index++) submit(target);
    for (let now = 500; now <= 2_500; now += 500) {
      const [next] = target.release(ticket, now);
      if (next) ticket = next.ticket;
    }
    expect([target.waitingCount, target.retryAfterMs(2_500)]).toEqual([2, 1_500]);
  });

  it('never promises less than a quarter of a second nor more than a minute', () => {
    const target = admission();
    expect(target.retryAfterMs(0)).toBe(1_000);
    measured(target);
    expect(target.retryAfterMs(0)).toBe(250);
    submit(target);
    submit(target, { promptTokens: 1_000_000 });
    expect(target.retryAfterMs(0)).toBe(60_000);
  });

  it('refuses a prompt that cannot be evaluated before its deadline, although a slot is free', () => {
    const target = admission();
    measured(target);
    const { outcomes } = submit(target, { promptTokens: 1_000, deadline: 900 });
    expect(outcomes).toMatchObject([
      { kind: 'dropped', refusal: { cause: 'deadline', reason: 'rejected-ttl-expired' } },
    ]);
    expect([target.runningCount, target.waitingCount]).toEqual([0, 0]);
  });

  it('ends those who wait in vain as soon as that is certain', () => {
    const target = admission();
    submit(target);
    const { ticket } = submit(target, { promptTokens: 400, deadline: 1_000 });
    measured(target);
    expect(target.sweep(500)).toEqual([]);
    expect(kinds(target.sweep(700))).toEqual([`dropped ${ticket.id}`]);
    expect(ticket.state).toBe('deadline');
  });

  it('ends who has waited longest', () => {
    const target = admission();
    submit(target);
    submit(target, {}, 1_000);
    expect([target.nextMoment(), target.longestWaitMs(4_000)]).toEqual([11_000, 3_000]);
    expect(target.sweep(10_999)).toEqual([]);
    expect(target.sweep(11_000)).toMatchObject([{ refusal: { cause: 'waited' } }]);
    expect([target.nextMoment(), target.longestWaitMs(12_000)]).toEqual([undefined, 0]);
  });

  it('remembers nobody when nobody has work', () => {
    const target = admission();
    for (let index = 0; index < 5; index++) run(target, submit(target, { tenant: `t${index}` }).ticket, 5, index);
    expect(target.accounts).toBe(0);
  });
});
