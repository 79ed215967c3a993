import { between, nextArrivalMs, type Random } from './random.js';

/** How one tenant uses an engine. */
export interface TenantLoad {
  readonly tenant: string;
  /** Requests per second, at random times. */
  readonly perSecond: number;
  readonly promptTokens: readonly [number, number];
  readonly outputTokens: readonly [number, number];
  readonly priority?: number;
  readonly ttftSloMs?: number;
  /** From arrival, in milliseconds. */
  readonly deadlineMs?: readonly [number, number];
  /** Part of the requests whose caller leaves at some time in the first ten seconds. */
  readonly cancelShare?: number;
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface Arrival {
  readonly at: number;
  readonly tenant: string;
  readonly promptTokens: number;
  /** Tokens that it will generate. */
  readonly outputTokens: number;
  readonly priority: number;
  readonly ttftDeadline: number | undefined;
  readonly deadline: number | undefined;
  readonly cancelAt: number | undefined;
}

/** All requests of these tenants, in the order in which they come. */
export function arrivalsOf(loads: readonly TenantLoad[], untilMs: number, random: Random): Arrival[] {
  return loads.flatMap((load) => arrivalsOfTenant(load, untilMs, random)).sort((a, b) => a.at - b.at);
}

function arrivalsOfTenant(load: TenantLoad, untilMs: number, random: Random): Arrival[] {
  const end = Math.min(untilMs, load.untilMs ?? untilMs);
  const arrivals: Arrival[] = [];
  let at = (load.fromMs ?? 0) + nextArrivalMs(random, load.perSecond);
  for (; at < end; at += nextArrivalMs(random, load.perSecond)) arrivals.push(arrivalAt(at, load, random));
  return arrivals;
}

function arrivalAt(at: number, load: TenantLoad, random: Random): Arrival {
  const { tenant, priority = 0, ttftSloMs, deadlineMs, cancelShare = 0 } = load;
  return {
    at,
    tenant,
    priority,
    promptTokens: between(random, load.promptTokens),
    outputTokens: between(random, load.outputTokens),
    ttftDeadline: ttftSloMs === undefined ? undefined : at + ttftSloMs,
    deadline: deadlineMs === undefined ? undefined : at + between(random, deadlineMs),
    cancelAt: random() < cancelShare ? at + random() * 10_000 : undefined,
  };
}
