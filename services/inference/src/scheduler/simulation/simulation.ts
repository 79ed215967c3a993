import type { Outcome } from '../admission/admission.js';
import type { DroppedReason, Ticket } from '../admission/ticket.js';
import type { Findings } from './findings.js';
import type { Policy } from './policy.js';
import type { Random } from './random.js';
import { VirtualEngine, type EngineCosts, type Job } from './virtual-engine.js';
import type { Arrival } from './workload.js';

export interface SimulationOptions {
  readonly policy: Policy;
  readonly costs: EngineCosts;
  readonly arrivals: readonly Arrival[];
  readonly random: Random;
  /** Work still goes on after it until nothing waits and runs, but tokens are not counted any more. */
  readonly countUntilMs: number;
  /** Nobody comes any more after the first refusal: how long its queue takes to drain is then known exactly. */
  readonly stopAtRefusal?: boolean;
  /** Running requests can be parked. */
  readonly parking?: boolean;
}

const SWEEP_MS = 250;

interface Client {
  readonly arrival: Arrival;
  ticket: Ticket;
  readonly job: Omit<Job, 'ticket'>;
  firstTokenAt: number | undefined;
  ended: 'completed' | 'cancelled' | 'dropped' | undefined;
}

/** What a refused request was told, and who has to get a slot before that is true. */
interface Pledge {
  readonly at: number;
  readonly promisedMs: number;
  readonly cohort: Set<Ticket>;
}

/** Runs a scheduler against a virtual engine and virtual clients on a virtual clock. */
export class Simulation {
  private now = 0;
  private readonly engine: VirtualEngine;
  private readonly clients = new Map<Ticket, Client>();
  private readonly jobs = new Map<Ticket, Job>();
  private readonly reclaimed = new Set<Ticket>();
  private readonly events: { readonly at: number; readonly act: () => void }[];
  /** Events that have happened. */
  private past = 0;
  private readonly waiting = new Set<Ticket>();
  private nextSweep = SWEEP_MS;
  private pledge: Pledge | undefined;
  private stopped = false;
  private readonly served = new Map<string, number>();
  private readonly dropped = new Map<DroppedReason, number>();
  private readonly counts = { submitted: 0, completed: 0, cancelled: 0, doubled: 0, tooLate: 0, tokens: 0 };
  private readonly most = { running: 0, waiting: 0, waitingTokens: 0 };
  private readonly firstTokenMs: number[] = [];
  private readonly waitMs = new Map<string, number[]>();
  private readonly retries: { promisedMs: number; actualMs: number }[] = [];

  constructor(private readonly options: SimulationOptions) {
    this.engine = new VirtualEngine(options.costs, options.random);
    this.events = options.arrivals.map((arrival) => ({ at: arrival.at, act: () => this.arrive(arrival) }));
  }

  run(): Findings {
    this.apply(this.options.policy.open(0));
    const { policy } = this.options;
    while (this.past < this.events.length || this.engine.size > 0 || policy.waitingCount > 0) {
      if (this.engine.size > 0) this.step();
      else this.passTo(this.nextAt());
    }
    return this.findings();
  }

  private step(): void {
    const { policy } = this.options;
    const { step, served } = this.engine.step();
    this.passTo(this.now + step.durationMs);
    policy.onStep(step);
    for (const { job, prompt, output } of served) {
      const client = this.clients.get(job.ticket);
      if (!client || client.ended) continue;
      const again = Math.min(job.again, prompt);
      job.again -= again;
      policy.served(job.ticket, { prompt: prompt - again, output });
      this.count(client, prompt - again, output);
      if (job.outputLeft === 0) this.end(client, 'completed');
    }
    for (const ticket of [...this.reclaimed]) this.park(ticket);
  }

  /** Lets time pass, and what happens meanwhile happen at its own time. */
  private passTo(time: number): void {
    for (;;) {
      const at = this.nextAt();
      if (at > time) break;
      this.now = at;
      if (at === this.nextSweep) this.sweep();
      else this.events[this.past++]?.act();
    }
    this.now = time;
  }

  private nextAt(): number {
    return Math.min(this.events[this.past]?.at ?? Number.POSITIVE_INFINITY, this.nextSweep);
  }

  private sweep(): void {
    this.nextSweep += SWEEP_MS;
    this.apply(this.options.policy.sweep(this.now));
  }

  private arrive(arrival: Arrival): void {
    if (this.stopped) return;
    this.counts.submitted++;
    const { promptTokens, outputTokens } = arrival;
    const { ticket, outcomes } = this.options.policy.submit(
      { ...arrival, maxTokens: outputTokens, returning: false },
      this.now,
    );
    const job = { promptLeft: promptTokens, outputLeft: outputTokens, again: 0 };
    const client: Client = { arrival, ticket, job, firstTokenAt: undefined, ended: undefined };
    this.clients.set(ticket, client);
    if (ticket.isWaiting) this.waiting.add(ticket);
    this.apply(outcomes);
    if (arrival.cancelAt !== undefined) this.at(arrival.cancelAt, () => this.cancel(client));
  }

  private at(at: number, act: () => void): void {
    const index = this.events.findIndex((event, place) => place >= this.past && event.at > at);
    this.events.splice(index < 0 ? this.events.length : index, 0, { at, act });
  }

  private apply(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'granted') this.begin(outcome.ticket);
      else if (outcome.kind === 'reclaimed') this.reclaimed.add(outcome.ticket);
      else this.drop(outcome.ticket, outcome.refusal);
    }
    const tokens = [...this.waiting].reduce((sum, { demand }) => sum + demand.promptTokens, 0);
    this.most.running = Math.max(this.most.running, this.options.policy.runningCount);
    this.most.waiting = Math.max(this.most.waiting, this.waiting.size);
    this.most.waitingTokens = Math.max(this.most.waitingTokens, this.waiting.size > 1 ? tokens : 0);
  }

  private begin(ticket: Ticket): void {
    const client = this.clients.get(ticket);
    if (!client) return;
    if (client.ended) this.counts.doubled++;
    const waits = this.waitMs.get(ticket.demand.tenant) ?? [];
    this.waitMs.set(ticket.demand.tenant, waits);
    waits.push(this.now - ticket.enteredAt);
    const job: Job = { ticket, ...client.job };
    this.jobs.set(ticket, job);
    this.engine.add(job);
    this.forget(ticket);
    if (this.options.parking) this.apply(this.options.policy.allowReclaim(ticket));
  }

  private count(client: Client, prompt: number, output: number): void {
    const { tenant, at, deadline } = client.arrival;
    this.counts.tokens += prompt + output;
    if (this.now <= this.options.countUntilMs)
      this.served.set(tenant, (this.served.get(tenant) ?? 0) + prompt + output);
    if (output === 0 || client.firstTokenAt !== undefined) return;
    client.firstTokenAt = this.now;
    this.firstTokenMs.push(this.now - at);
    if (deadline !== undefined && this.now > deadline) this.counts.tooLate++;
  }

  private end(client: Client, how: 'completed' | 'cancelled'): void {
    if (client.ended) this.counts.doubled++;
    client.ended = how;
    this.counts[how]++;
    const { ticket } = client;
    this.vacate(ticket);
    if (ticket.isRunning) this.apply(this.options.policy.release(ticket, this.now));
    else this.options.policy.leave(ticket, 'cancelled');
    this.forget(ticket);
  }

  private cancel(client: Client): void {
    if (!client.ended) this.end(client, 'cancelled');
  }

  private drop(ticket: Ticket, { reason, retryAfterMs }: { reason: DroppedReason; retryAfterMs: number }): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
    const client = this.clients.get(ticket);
    if (client?.ended) this.counts.doubled++;
    if (client) client.ended = 'dropped';
    this.forget(ticket);
    if (reason !== 'rejected-saturated') return;
    this.watch(retryAfterMs);
    this.stopped = this.options.stopAtRefusal ?? false;
  }

  /** Follows those who wait at a refusal until the last of them has a slot: the time that the refused one was told. */
  private watch(promisedMs: number): void {
    if (this.pledge) return;
    const cohort = new Set(this.waiting);
    if (cohort.size > 0) this.pledge = { at: this.now, promisedMs, cohort };
  }

  private forget(ticket: Ticket): void {
    this.waiting.delete(ticket);
    const { pledge } = this;
    if (!pledge?.cohort.delete(ticket) || pledge.cohort.size > 0) return;
    this.retries.push({ promisedMs: pledge.promisedMs, actualMs: this.now - pledge.at });
    this.pledge = undefined;
  }

  private park(ticket: Ticket): void {
    this.reclaimed.delete(ticket);
    const client = this.clients.get(ticket);
    const job = this.jobs.get(ticket);
    if (!client || !job || client.ended || !ticket.isRunning) return;
    this.vacate(ticket);
    // What it had is evaluated again.
    const { promptTokens, outputTokens } = client.arrival;
    const whole = promptTokens + outputTokens - job.outputLeft;
    const known = whole - job.promptLeft + job.again;
    Object.assign(client.job, { promptLeft: whole, outputLeft: job.outputLeft, again: known });
    this.apply(this.options.policy.release(ticket, this.now));
    const demand = { ...ticket.demand, returning: true, maxTokens: job.outputLeft };
    const { ticket: again, outcomes } = this.options.policy.submit(demand, this.now);
    this.clients.delete(ticket);
    this.clients.set(again, client);
    client.ticket = again;
    this.apply(outcomes);
  }

  private vacate(ticket: Ticket): void {
    const job = this.jobs.get(ticket);
    if (job) this.engine.remove(job);
    this.jobs.delete(ticket);
  }

  private findings(): Findings {
    const clients = [...this.clients.values()];
    const ended = clients.filter((client) => client.ended === 'completed').map(({ arrival }) => arrival);
    return {
      ...this.counts,
      completedTokens: ended.reduce((sum, { promptTokens, outputTokens }) => sum + promptTokens + outputTokens, 0),
      served: this.served,
      dropped: this.dropped,
      lost: clients.filter((client) => !client.ended).length,
      mostRunning: this.most.running,
      mostWaiting: this.most.waiting,
      mostWaitingTokens: this.most.waitingTokens,
      firstTokenMs: this.firstTokenMs,
      waitMs: this.waitMs,
      retries: this.retries,
      endedAt: this.now,
    };
  }
}
