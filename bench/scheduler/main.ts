// The scheduler on a virtual clock, in front of a virtual engine: fairness, waits, refusals, promises and reclaims over many
// seeds, next to the order of arrival and to turns between tenants. Only the time of a refusal is real time.
// npm run bench -- scheduler [--seeds 2000] [--keep]
import {
  jain,
  missOf,
  worstWaitMs,
  type Findings,
} from '../../services/inference/dist/src/scheduler/simulation/findings.js';
import {
  anything,
  lentShares,
  play,
  stepLoad,
  unevenTenants,
  type PolicyName,
} from '../../services/inference/dist/src/scheduler/simulation/scenarios.js';
import { machine } from '../load/machine.ts';
import { report } from '../load/report.ts';
import { percentile, table } from '../load/statistics.ts';
import { refusalTimes } from './refusal-times.ts';

const at = process.argv.indexOf('--seeds');
const SEEDS = at < 0 ? 2_000 : Number(process.argv[at + 1]);
const POLICIES: readonly PolicyName[] = ['weir', 'turns', 'fifo'];
/** Minutes of saturation take most of the time: fewer of them. */
const MINUTES = Math.max(1, Math.ceil(SEEDS / 40));
const STEPS = Math.max(1, Math.ceil(SEEDS / 4));

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const seconds = (ms: number) => (ms / 1_000).toFixed(1);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function fairness(policy: PolicyName): string[] {
  const runs = seeds(MINUTES).map((seed) => play(unevenTenants(), policy, seed));
  const served = ({ served: by }: Findings) => [by.get('heavy') ?? 0, by.get('light') ?? 0] as const;
  const ratios = runs.map((run) => served(run)[0] / served(run)[1]);
  const waits = runs.flatMap((run) => run.waitMs.get('light') ?? []);
  return [
    policy,
    `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
    Math.min(...runs.map((run) => jain(served(run)))).toFixed(4),
    seconds(percentile(waits, 0.5)),
    seconds(Math.max(...runs.map(worstWaitMs))),
    String(Math.round(runs.reduce((sum, run) => sum + run.tokens / (run.endedAt / 1_000), 0) / runs.length)),
  ];
}

function promises(policy: PolicyName): string[] {
  const misses = seeds(STEPS).flatMap((seed) => play(stepLoad(seed), policy, seed).retries.map(missOf));
  const good = misses.filter((miss) => miss <= 0.3).length / misses.length;
  return [policy, percent(percentile(misses, 0.5)), percent(percentile(misses, 0.9)), percent(good)];
}

function reclaims(): string {
  const waits = seeds(MINUTES).flatMap((seed) => [...(play(lentShares(seed), 'weir', seed).waitMs.get('owner') ?? [])]);
  const [median, worst] = [percentile(waits, 0.5), Math.max(...waits)].map(Math.round);
  return `${waits.length} owners came while their slots were lent: ${median} ms to a slot in the median, ${worst} ms at worst.`;
}

/** Everything at once, and whether anything went wrong. */
function anythingGoes(): string {
  const wrong: string[] = [];
  const reasons = new Map<string, number>();
  let requests = 0;
  let finished = 0;
  for (const seed of seeds(SEEDS)) {
    const scenario = anything(seed);
    const run = play(scenario, 'weir', seed);
    const dropped = [...run.dropped.values()].reduce((sum, count) => sum + count, 0);
    requests += run.submitted;
    finished += run.completed;
    for (const [reason, count] of run.dropped) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    const { slots, maxQueue, maxQueuedTokens, maxWaitMs } = scenario.limits;
    if (run.lost > 0 || run.doubled > 0 || run.completed + run.cancelled + dropped !== run.submitted)
      wrong.push(`${seed}: lost or doubled`);
    const tokensOver = maxQueuedTokens > 0 && run.mostWaitingTokens > maxQueuedTokens;
    if (run.mostRunning > slots || run.mostWaiting > maxQueue || tokensOver) wrong.push(`${seed}: over-commit`);
    if (worstWaitMs(run) > maxWaitMs + 250) wrong.push(`${seed}: starvation`);
  }
  const refusals = [...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ');
  return [
    `${SEEDS} seeds of everything at once (1 to 6 tenants, priorities, deadlines, shares, callers who leave): ${requests} requests,`,
    `${finished} served; refused: ${refusals}.`,
    wrong.length === 0
      ? 'No request lost or ended twice, no slot and no place over the bound, nobody waited past the longest wait.'
      : `Wrong in ${wrong.length} runs: ${wrong.slice(0, 5).join('; ')}.`,
  ].join('\n');
}

const started = performance.now();
const refusal = await refusalTimes();
const sections = [
  '## Scheduler',
  '',
  `\`npm run bench -- scheduler --seeds ${SEEDS} --keep\` on ${new Date().toISOString().slice(0, 10)}; ${machine()};`,
  'a virtual engine of 8 slots on a virtual clock (90 tokens/s of one stream, 190 of eight).',
  '',
  `Two equal tenants, one sends 20 times as many and 10 times as long requests; ${MINUTES} runs of 60 s of saturation:`,
  '',
  table(
    [
      'policy',
      'served tokens, heavy to light',
      'least Jain index',
      'median wait of the light one, s',
      'worst wait, s',
      'tokens/s',
    ],
    POLICIES.map(fairness),
  ),
  '',
  `Retry-After at the first refusal after a step to four times the capacity, against the time it really took; ${STEPS} loads:`,
  '',
  table(['policy', 'median error', 'p90 error', 'at most 30 % off'], POLICIES.map(promises)),
  '',
  reclaims(),
  '',
  anythingGoes(),
  '',
  `A refusal by a full queue of ${refusal.waiting} requests of ${refusal.tenants} tenants: ${refusal.p50Us} µs in the median, ${refusal.p99Us} µs p99, ${refusal.maxUs} µs at worst.`,
];
report('scheduler', sections.join('\n'));
process.stdout.write(`\n${seconds(performance.now() - started)} s\n`);
