import type { ServedTokens, Ticket } from './ticket.js';

/**
 * Tokens that a running request counts for beforehand: who is level gets the next slot when he has fewer. Without it a
 * tenant that is one token behind would take every slot that falls free, and hold them as long as its requests are.
 */
const SLOT_TOKENS = 64;
/** Tokens that a tenant may be behind when its requests run and none waited for a moment: its queue was only just empty. */
const MOST_CREDIT = 1_024;
const FEW_ACCOUNTS = 64;

interface Account {
  /** Tokens served, and lifts, divided by the weight. */
  counter: number;
  running: number;
  /** Prompt tokens of running requests that are still to be evaluated. */
  promptLeft: number;
}

/**
 * Virtual token counters (Sheng et al., "Fairness in Serving Large Language Models", 2024): the tenant that was served
 * the fewest tokens for its weight is next. Who comes back from idleness is lifted to those who wait: it has no credit.
 */
export class TokenFairness {
  private readonly accounts = new Map<string, Account>();
  /** Counter of the tenant that was served last. */
  private virtualTime = 0;
  /** So many accounts are looked through before one is forgotten. */
  private tidyAt = FEW_ACCOUNTS;

  constructor(private readonly weights: ReadonlyMap<string, number>) {}

  /** Tenants that are remembered: those with work, and those who are ahead of the others. */
  get size(): number {
    return this.accounts.size;
  }

  weightOf(tenant: string): number {
    return this.weights.get(tenant) ?? 1;
  }

  /** What tenants are compared by; the least is next. */
  keyOf(tenant: string): number {
    const { counter, promptLeft, running } = this.account(tenant);
    return counter + (promptLeft + running * SLOT_TOKENS) / this.weightOf(tenant);
  }

  /** Tokens that a tenant was served for its weight, with what idleness was counted for. */
  counterOf(tenant: string): number {
    return this.account(tenant).counter;
  }

  runningOf(tenant: string): number {
    return this.account(tenant).running;
  }

  /** A tenant without waiting requests gets one. */
  activate(tenant: string, backlogged: Iterable<string>): void {
    let least = Number.POSITIVE_INFINITY;
    for (const other of backlogged) least = Math.min(least, this.account(other).counter);
    const account = this.account(tenant);
    const level = least === Number.POSITIVE_INFINITY ? this.virtualTime : least;
    const credit = account.running > 0 ? MOST_CREDIT / this.weightOf(tenant) : 0;
    account.counter = Math.max(account.counter, level - credit);
  }

  grant(ticket: Ticket): void {
    const account = this.account(ticket.demand.tenant);
    this.virtualTime = Math.max(this.virtualTime, account.counter);
    account.running++;
    account.promptLeft += ticket.promptLeft;
  }

  /** Charges what a running ticket was served. `promptLeft` is what it had left before. */
  serve(ticket: Ticket, served: ServedTokens, promptLeft: number): void {
    const { tenant } = ticket.demand;
    const account = this.account(tenant);
    account.counter += (served.prompt + served.output) / this.weightOf(tenant);
    account.promptLeft += ticket.promptLeft - promptLeft;
  }

  /** A ticket that ran gave its slot back; `promptLeft` is what it had left. */
  release(tenant: string, promptLeft: number): void {
    const account = this.account(tenant);
    account.running--;
    account.promptLeft -= promptLeft;
  }

  /** Forgets tenants without work that the next one would be lifted above anyway. */
  tidy(isActive: (tenant: string) => boolean): void {
    if (this.accounts.size < this.tidyAt) return;
    for (const [tenant, { counter, running }] of this.accounts) {
      if (running === 0 && counter <= this.virtualTime && !isActive(tenant)) this.accounts.delete(tenant);
    }
    this.tidyAt = Math.max(FEW_ACCOUNTS, 2 * this.accounts.size);
  }

  /** Nobody has work: there is nobody to be fair to, and the counters begin anew. */
  reset(): void {
    this.accounts.clear();
    this.virtualTime = 0;
  }

  private account(tenant: string): Account {
    const known = this.accounts.get(tenant);
    if (known) return known;
    const account: Account = { counter: 0, running: 0, promptLeft: 0 };
    this.accounts.set(tenant, account);
    return account;
  }
}
