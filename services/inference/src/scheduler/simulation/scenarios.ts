import { Admission, type AdmissionOptions } from '../admission/admission.js';
import type { Findings } from './findings.js';
import { PlainPolicy, type Policy } from './policy.js';
import { between, seededRandom, type Random } from './random.js';
import { Simulation } from './simulation.js';
import { SMALL_ENGINE } from './virtual-engine.js';
import { arrivalsOf, type TenantLoad } from './workload.js';

/** The scheduler of this service, and what it is compared with. */
export type PolicyName = 'weir' | 'fifo' | 'turns';

export interface Scenario {
  readonly limits: AdmissionOptions;
  readonly loads: readonly TenantLoad[];
  readonly untilMs: number;
  readonly stopAtRefusal?: boolean;
}

/** Runs a scenario; the same seed gives the same requests to every policy. */
export function play(scenario: Scenario, policy: PolicyName, seed: number): Findings {
  const { limits, loads, untilMs, stopAtRefusal = false } = scenario;
  return new Simulation({
    policy: policyOf(policy, limits),
    costs: SMALL_ENGINE,
    arrivals: arrivalsOf(loads, untilMs, seededRandom(seed)),
    random: seededRandom(seed + 1),
    countUntilMs: untilMs,
    stopAtRefusal,
    parking: policy === 'weir',
  }).run();
}

const LIMITS: AdmissionOptions = { slots: 8, maxQueue: 32, maxQueuedTokens: 0, maxWaitMs: 60_000, shares: [] };

/** Two equal tenants, one sends 20 times as many and 10 times as long requests, for a minute of saturation. */
export function unevenTenants(): Scenario {
  return {
    limits: LIMITS,
    loads: [
      { tenant: 'light', perSecond: 10, promptTokens: [4, 12], outputTokens: [8, 24] },
      { tenant: 'heavy', perSecond: 200, promptTokens: [40, 120], outputTokens: [80, 240] },
    ],
    untilMs: 60_000,
  };
}

/** A tenant has filled all slots with very long requests before another one sends short ones. */
export function longBeforeShort(): Scenario {
  return {
    limits: { ...LIMITS, maxQueue: 64 },
    loads: [
      { tenant: 'long', perSecond: 10, promptTokens: [100, 300], outputTokens: [1_500, 2_500] },
      { tenant: 'short', perSecond: 3, promptTokens: [20, 60], outputTokens: [40, 80], fromMs: 5_000 },
    ],
    untilMs: 65_000,
  };
}

/** Some load, then four times what the engine can do, until the first refusal. Sizes are random. */
export function stepLoad(seed: number): Scenario {
  const random = seededRandom(seed);
  const outputTokens = range(random, 16, 200);
  const promptTokens = range(random, 16, 600);
  const perSecond = capacity(mean(promptTokens), mean(outputTokens));
  const load = { promptTokens, outputTokens };
  return {
    limits: { ...LIMITS, maxQueue: between(random, [16, 64]), maxWaitMs: 600_000 },
    loads: [
      { tenant: 'before', perSecond: perSecond * 0.5, ...load, untilMs: 60_000 },
      { tenant: 'step', perSecond: perSecond * 4, ...load, fromMs: 60_000 },
    ],
    untilMs: 120_000,
    stopAtRefusal: true,
  };
}

/** A tenant uses the half of the slots that belongs to another one, which comes back from time to time. */
export function lentShares(seed: number): Scenario {
  const random = seededRandom(seed);
  const nominal_percent = between(random, [2, 6]) * 12.5;
  return {
    limits: {
      ...LIMITS,
      shares: [
        { tenant: 'owner', nominal_percent, borrowing_percent: 0, weight: 1 },
        { tenant: 'borrower', nominal_percent: 100 - nominal_percent, borrowing_percent: 100, weight: 1 },
      ],
    },
    loads: [
      { tenant: 'borrower', perSecond: 20, promptTokens: range(random, 16, 400), outputTokens: [200, 600] },
      // One of its requests at a time: each one finds a slot of its own lent.
      { tenant: 'owner', perSecond: 0.1, promptTokens: [16, 64], outputTokens: [8, 24] },
    ],
    untilMs: 60_000,
  };
}

/** Everything at once: tenants of any size, priorities, deadlines, callers who leave, bounds of requests and of tokens. */
export function anything(seed: number): Scenario {
  const random = seededRandom(seed);
  const slots = between(random, [1, 8]);
  const tenants = between(random, [1, 6]);
  const loads = Array.from({ length: tenants }, (_, index) => anyLoad(random, `tenant-${index}`));
  const shares = loads.slice(0, between(random, [0, 2])).map(({ tenant }) => ({
    tenant,
    nominal_percent: between(random, [0, 50]),
    borrowing_percent: between(random, [0, 100]),
    weight: between(random, [1, 4]),
  }));
  return {
    limits: {
      slots,
      maxQueue: between(random, [0, 24]),
      maxQueuedTokens: random() < 0.5 ? 0 : between(random, [200, 4_000]),
      maxWaitMs: between(random, [1, 30]) * 1_000,
      shares,
    },
    loads,
    untilMs: 8_000,
  };
}

function anyLoad(random: Random, tenant: string): TenantLoad {
  return {
    tenant,
    perSecond: 0.5 + random() * 6,
    promptTokens: range(random, 1, 800),
    outputTokens: range(random, 1, 150),
    priority: between(random, [-2, 2]),
    cancelShare: random() * 0.6,
    ...(random() < 0.5 ? {} : { ttftSloMs: between(random, [100, 5_000]) }),
    ...(random() < 0.5
      ? {}
      : { deadlineMs: [between(random, [50, 2_000]), between(random, [2_000, 20_000])] as const }),
  };
}

function policyOf(name: PolicyName, limits: AdmissionOptions): Policy {
  return name === 'weir' ? new Admission(limits) : new PlainPolicy({ ...limits, order: name });
}

/** Requests per second of the whole engine while all slots are taken. */
function capacity(promptTokens: number, outputTokens: number): number {
  const { stepMs, promptTokenMs, outputTokenMs } = SMALL_ENGINE;
  return 1_000 / (promptTokens * promptTokenMs + outputTokens * (outputTokenMs + stepMs / LIMITS.slots));
}

function range(random: Random, least: number, most: number): readonly [number, number] {
  const low = between(random, [least, most]);
  return [low, between(random, [low, most])];
}

function mean([least, most]: readonly [number, number]): number {
  return (least + most) / 2;
}
