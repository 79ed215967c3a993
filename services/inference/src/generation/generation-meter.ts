import { isWeirError } from '@weir/errors';
import type { Bound } from '@weir/telemetry';
import type { inferenceMetrics } from '../inference.metrics.js';
import type { GenerationPart, Usage } from './generation.js';

/** Labels of one deployment's metrics. */
export type EngineLabels = {
  readonly model_name: string;
  readonly engine: string;
};

/** Measures one request as vLLM does: from its arrival, over its tokens, to its end. */
export class GenerationMeter {
  private lastTokenAt: number | undefined;
  private counted: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

  constructor(
    private readonly metrics: Bound<typeof inferenceMetrics>,
    private readonly labels: EngineLabels,
    private readonly monotonic: () => number,
    private readonly arrivedAt: number = monotonic(),
  ) {}

  onPart({ tokens, usage, finish }: GenerationPart): void {
    const now = this.monotonic();
    if (tokens > 0) this.onTokens(tokens, now);
    if (usage) this.count(usage);
    if (!finish) return;
    this.metrics.e2e.observe(this.labels, (now - this.arrivedAt) / 1_000);
    this.metrics.queueTime.observe(this.labels, finish.queueMs / 1_000);
    this.metrics.success.inc({ ...this.labels, finished_reason: finish.reason });
  }

  onError(error: unknown): void {
    const code = isWeirError(error) ? error.code : 'internal';
    this.metrics.failures.inc({ ...this.labels, code });
  }

  private onTokens(tokens: number, now: number): void {
    if (this.lastTokenAt === undefined) this.metrics.ttft.observe(this.labels, (now - this.arrivedAt) / 1_000);
    else this.metrics.itl.observe(this.labels, (now - this.lastTokenAt) / tokens / 1_000);
    this.lastTokenAt = now;
  }

  private count(usage: Usage): void {
    const { inputTokens, outputTokens } = this.counted;
    if (usage.inputTokens > inputTokens) this.metrics.promptTokens.inc(this.labels, usage.inputTokens - inputTokens);
    if (usage.outputTokens > outputTokens)
      this.metrics.generationTokens.inc(this.labels, usage.outputTokens - outputTokens);
    this.counted = usage;
  }
}
