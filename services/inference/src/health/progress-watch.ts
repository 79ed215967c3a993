export interface ProgressWatchOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Longest time without a step that is ever waited for, and the limit while no step is known yet. */
  readonly maxMs: number;
  /** Shortest limit; default 10 s. */
  readonly floorMs?: number;
}

/** A finished step of an engine. */
export interface FinishedStep {
  readonly promptTokens: number;
  readonly durationMs: number;
}

const FLOOR_MS = 10_000;
/** The limit in times of the step that only one in a hundred outlasts. */
const FACTOR = 5;
const REMEMBERED = 512;
/** Prompt tokens of the longest step, and those below which a step's time is mostly not theirs. */
const MOST_SLICE = 512;
const LEAST_SLICE = 16;

/**
 * Whether an engine that has work makes progress: its steps go on within max(10 s, 5 x p99 of its recent steps), so that
 * slow steps under load raise no alarm. A step with a whole slice of a prompt may be ahead even where none was seen yet:
 * it counts as one, by the time that prompt tokens take.
 */
export class ProgressWatch {
  readonly #options: ProgressWatchOptions;
  readonly #steps = new RecentTimes();
  readonly #perPromptToken = new RecentTimes();
  #movedAt = 0;
  #working = false;

  constructor(options: ProgressWatchOptions) {
    this.#options = options;
  }

  /** Milliseconds without a step after which the engine is stalled. */
  get limitMs(): number {
    const { maxMs, floorMs = FLOOR_MS } = this.#options;
    const slowest = Math.max(this.#steps.quantile(0.99), MOST_SLICE * this.#perPromptToken.quantile(0.5));
    return slowest === 0 ? maxMs : Math.min(maxMs, Math.max(floorMs, FACTOR * slowest));
  }

  get isStalled(): boolean {
    return this.#working && this.#options.now() - this.#movedAt >= this.limitMs;
  }

  /** Whether the engine has at least one request. An engine without work need not move. */
  setWorking(working: boolean): void {
    if (working && !this.#working) this.#movedAt = this.#options.now();
    this.#working = working;
  }

  onStep({ promptTokens, durationMs }: FinishedStep): void {
    this.#movedAt = this.#options.now();
    this.#steps.add(durationMs);
    if (promptTokens > 0) this.#perPromptToken.add(durationMs / Math.max(promptTokens, LEAST_SLICE));
  }
}

/** The last durations. */
class RecentTimes {
  readonly #times: number[] = [];
  #next = 0;
  #sorted: readonly number[] | undefined;

  /** 0 while there are none. */
  quantile(share: number): number {
    this.#sorted ??= this.#times.toSorted((a, b) => a - b);
    return this.#sorted[Math.ceil(this.#sorted.length * share) - 1] ?? 0;
  }

  add(ms: number): void {
    this.#times[this.#next] = ms;
    this.#next = (this.#next + 1) % REMEMBERED;
    this.#sorted = undefined;
  }
}
