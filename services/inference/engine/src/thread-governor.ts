/** Processor time since some moment, in milliseconds summed over all cores. */
export interface ProcessorTimes {
  readonly wallMs: number;
  /** Time in which nobody used a core. */
  readonly idleMs: number;
  /** Time that this process used. */
  readonly ownMs: number;
}

const SAMPLE_MS = 250;
/** A core that is free for 60 % of the time is worth a thread. */
const WORTH = 0.6;

/**
 * Threads that an engine can use now: those cores that are idle or its own. llama.cpp's threads wait for each other by
 * spinning, so one thread more than there are free cores makes every layer wait for a time slice of the scheduler.
 */
export function usableThreads(before: ProcessorTimes, after: ProcessorTimes, most: number): number {
  const wall = after.wallMs - before.wallMs;
  const cores = (after.idleMs - before.idleMs + after.ownMs - before.ownMs) / wall;
  return Math.max(1, Math.min(most, Math.floor(cores + 1 - WORTH)));
}

/** Sets the number of threads a few times a second while there is work; one until it knows better. */
export class ThreadGovernor {
  private last: ProcessorTimes;

  constructor(
    private readonly most: number,
    private readonly times: () => ProcessorTimes,
    private readonly now: () => number,
    private readonly apply: (threads: number) => void,
  ) {
    this.last = times();
    apply(1);
  }

  /** Called before each step. */
  tick(): void {
    if (this.now() - this.last.wallMs < SAMPLE_MS) return;
    const times = this.times();
    this.apply(usableThreads(this.last, times, this.most));
    this.last = times;
  }
}
