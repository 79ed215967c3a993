/** Quantiles are off by at most this share of their value. */
export const RELATIVE_ERROR = 0.02;

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Values up to here count as zero. */
const SMALLEST = 0.01;
/** Beyond this, about 32 years in milliseconds, values share the last bucket. */
const LARGEST = 1e12;

/** Bucket of a value ≥ 0: 0 up to 0.01, then one per factor of 1.041; at most 807 in all. */
export function bucketOf(value: number): number {
  if (!(value > SMALLEST)) return 0;
  return Math.max(1, Math.ceil(Math.log(Math.min(value, LARGEST) / SMALLEST) / LOG_GAMMA));
}

/** The value whose relative distance to both ends of the bucket is the same. */
export function valueOf(bucket: number): number {
  return bucket === 0 ? 0 : (2 * SMALLEST * GAMMA ** bucket) / (GAMMA + 1);
}

/** Counts per logarithmic bucket (as DDSketch). Adding two gives exactly the histogram of all their values. */
export class LogHistogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  static of(values: Iterable<number>): LogHistogram {
    const histogram = new LogHistogram();
    for (const value of values) histogram.addBucket(bucketOf(value), 1);
    return histogram;
  }

  get total(): number {
    return this.#total;
  }

  addBucket(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }

  merge(other: LogHistogram): LogHistogram {
    const merged = new LogHistogram();
    for (const [bucket, count] of [...this.#counts, ...other.#counts]) merged.addBucket(bucket, count);
    return merged;
  }

  /** Counts by bucket, in order. */
  buckets(): [bucket: number, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }

  /** The value with rank ⌈q·n⌉ from below, within 2 %; 0 when there is none. `q` between 0 and 1. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (const [bucket, count] of this.buckets()) {
      seen += count;
      if (seen >= rank) return valueOf(bucket);
    }
    return 0;
  }
}
