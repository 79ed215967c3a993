import type { EngineState } from '@weir/contracts';
import type { Candidate } from './candidates.js';

export interface Situation {
  /** Last reported state; undefined when nothing was reported yet. */
  stateOf(deploymentId: string): Pick<EngineState, 'state' | 'breaker' | 'reported_at'> | undefined;
  /** Deployments that this request has tried. */
  readonly tried: ReadonlySet<string>;
  readonly now: number;
}

/** Leaves out candidates. One that would leave nothing is skipped when it only states a preference. */
interface Filter {
  readonly name: string;
  readonly preference: boolean;
  readonly keeps: (candidate: Candidate, situation: Situation) => boolean;
}

/** A factor of a candidate's chance. */
type Scorer = (candidate: Candidate, situation: Situation) => number;

/** An open breaker is tried again after this time, since only a request can show that it would close. */
const OPEN_FOR_MS = 15_000;

const FILTERS: readonly Filter[] = [
  { name: 'untried', preference: false, keeps: ({ deploymentId }, { tried }) => !tried.has(deploymentId) },
  { name: 'not broken', preference: true, keeps: (candidate, situation) => !isBroken(candidate, situation) },
  { name: 'ready', preference: true, keeps: (candidate, situation) => isReady(candidate, situation) },
];

const SCORERS: readonly Scorer[] = [({ weight }) => weight];

/**
 * Chooses where a request runs: filters, then scorers, then a pick by score with one random number in [0, 1). Undefined
 * when every candidate was tried.
 */
export function pick(
  candidates: readonly Candidate[],
  situation: Situation,
  random: () => number,
): Candidate | undefined {
  if (candidates.length === 1 && situation.tried.size === 0) return candidates[0];
  let left = candidates;
  for (const { preference, keeps } of FILTERS) {
    const kept = left.filter((candidate) => keeps(candidate, situation));
    if (kept.length > 0 || !preference) left = kept;
  }
  return pickByScore(left, situation, random());
}

function pickByScore(candidates: readonly Candidate[], situation: Situation, point: number): Candidate | undefined {
  const scores = candidates.map((candidate) =>
    SCORERS.reduce((score, scorer) => score * scorer(candidate, situation), 1),
  );
  let rest = point * scores.reduce((sum, score) => sum + score, 0);
  for (const [index, candidate] of candidates.entries()) {
    rest -= scores[index] ?? 0;
    if (rest < 0) return candidate;
  }
  return candidates.at(-1);
}

function isBroken({ deploymentId }: Candidate, { stateOf, now }: Situation): boolean {
  const reported = stateOf(deploymentId);
  // Who was isolated by hand stays so; a breaker that probes waits for requests.
  if (reported?.breaker === 'isolated') return true;
  if (reported?.breaker === 'half_open') return false;
  if (reported?.state === 'open') return now - reported.reported_at < OPEN_FOR_MS;
  return reported?.state === 'failed' || reported?.state === 'unloaded';
}

function isReady({ deploymentId }: Candidate, { stateOf }: Situation): boolean {
  const state = stateOf(deploymentId)?.state;
  return state === undefined || state === 'ready' || state === 'open';
}
