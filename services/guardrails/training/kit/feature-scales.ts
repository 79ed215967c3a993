import type { Shape } from './bag.js';
import type { Example } from './instances.js';

/** How much is known of a feature before anything is learnt: rare ones and those that lean to one answer get larger values. */
export interface ScaleOptions {
  /** Power of the logarithm of how few groups have the feature (inverse document frequency). */
  readonly rarity: number;
  /** From 0 to 1: how far the log-odds between both answers scale it (Wang and Manning 2012, NB-SVM). */
  readonly contrast: number;
}

const MIN_GROUPS = 2;
const HIGHEST_LOG_ODDS = 2;

/** The value of each bucket where it occurs; 0 for buckets of one group only, which say nothing of other texts. */
export function featureScales(examples: readonly Example[], shape: Shape, options: ScaleOptions): Float32Array {
  const { groups, total } = groupsOfBuckets(examples, shape);
  const odds = logOdds(examples, shape);
  return Float32Array.from(groups, (count, bucket) => {
    if (count < MIN_GROUPS) return 0;
    const rarity = (Math.log((total + 1) / count) / 5) ** options.rarity;
    const contrast = Math.min(HIGHEST_LOG_ODDS, Math.abs(odds[bucket]!));
    return rarity * (1 - options.contrast + options.contrast * contrast);
  });
}

function groupsOfBuckets(examples: readonly Example[], shape: Shape): { groups: Int32Array; total: number } {
  const groups = new Int32Array(1 << shape.bits);
  const last = new Int32Array(1 << shape.bits).fill(-1);
  const sorted = [...examples].sort((one, other) => one.group - other.group);
  for (const { bag, group } of sorted) {
    for (const bucket of bag.buckets) {
      if (last[bucket] === group) continue;
      last[bucket] = group;
      groups[bucket]! += 1;
    }
  }
  return { groups, total: new Set(examples.map(({ group }) => group)).size };
}

/** Logarithm of how much more often positive texts have a bucket than negative ones; one text of each is added to both. */
function logOdds(examples: readonly Example[], shape: Shape): Float64Array {
  const texts = [0, 0];
  const having = [new Float64Array(1 << shape.bits), new Float64Array(1 << shape.bits)] as const;
  for (const { bag, positive, weight } of examples) {
    const answer = positive ? 1 : 0;
    texts[answer]! += weight;
    for (const bucket of new Set(bag.buckets)) having[answer][bucket]! += weight;
  }
  const [negatives = 0, positives = 0] = texts;
  return having[1].map((count, bucket) =>
    Math.log((count + 1) / (positives + 2) / ((having[0][bucket]! + 1) / (negatives + 2))),
  );
}
