import type { EngineUsage } from '@weir/contracts';
import type { Usage } from '../generation/generation.js';

export type UsageSpan = Pick<
  EngineUsage,
  'started_at' | 'ended_at' | 'loaded_ms' | 'busy_ms' | 'input_tokens' | 'cached_input_tokens' | 'output_tokens'
>;

export interface EngineUsageClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds of a clock that never goes back. */
  monotonic(): number;
}

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

/** Machine time and tokens of one engine since the last take. */
export class EngineUsageMeter {
  private readonly loaded: Stopwatch;
  private readonly busy: Stopwatch;
  private tokens = NOTHING;
  private startedAt: number;

  constructor(private readonly clock: EngineUsageClock) {
    const monotonic = () => clock.monotonic();
    this.loaded = new Stopwatch(monotonic);
    this.busy = new Stopwatch(monotonic);
    this.startedAt = clock.now();
  }

  /** Whether the model holds its memory from now on. */
  setLoaded(loaded: boolean): void {
    this.loaded.set(loaded);
  }

  /** Whether at least one request runs from now on. */
  setBusy(busy: boolean): void {
    this.busy.set(busy);
  }

  /** What one request used since it was last counted. */
  count(use: Usage): void {
    this.tokens = {
      inputTokens: this.tokens.inputTokens + use.inputTokens,
      outputTokens: this.tokens.outputTokens + use.outputTokens,
      cachedInputTokens: this.tokens.cachedInputTokens + use.cachedInputTokens,
    };
  }

  /** What came together since the last take; undefined when there was nothing. */
  take(): UsageSpan | undefined {
    const span = {
      started_at: this.startedAt,
      ended_at: Math.max(this.startedAt, this.clock.now()),
      loaded_ms: this.loaded.take(),
      busy_ms: this.busy.take(),
      input_tokens: this.tokens.inputTokens,
      cached_input_tokens: this.tokens.cachedInputTokens,
      output_tokens: this.tokens.outputTokens,
    };
    this.startedAt = span.ended_at;
    this.tokens = NOTHING;
    return span.loaded_ms > 0 || span.input_tokens + span.output_tokens > 0 ? span : undefined;
  }
}

/** Time in which something was so. */
class Stopwatch {
  private since: number | undefined;
  private counted = 0;

  constructor(private readonly monotonic: () => number) {}

  set(running: boolean): void {
    if (running === (this.since !== undefined)) return;
    this.settle();
    this.since = running ? this.monotonic() : undefined;
  }

  take(): number {
    this.settle();
    const total = this.counted;
    this.counted = 0;
    return total;
  }

  private settle(): void {
    if (this.since === undefined) return;
    const now = this.monotonic();
    this.counted += now - this.since;
    this.since = now;
  }
}
