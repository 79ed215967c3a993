import { isWeirError } from '@weir/errors';
import type { Bound } from '@weir/telemetry';
import type { inferenceMetrics } from '../inference.metrics.js';
import type { Finish, GenerationPart, Usage } from './generation.js';

/** Labels of one deployment's metrics. */
export type EngineLabels = {
  readonly model_name: string;
  readonly engine: string;
};

export interface GenerationMeterParts {
  readonly metrics: Bound<typeof inferenceMetrics>;
  readonly labels: EngineLabels;
  /** Milliseconds. */
  readonly monotonic: () => number;
  /** Tokens that the request may have at most. */
  readonly maxTokens: number;
  /** Called with what came since the last call. */
  readonly onUse: (use: Usage) => void;
}

/** Measures one request as vLLM does: from its arrival, over its tokens, to its end. */
export class GenerationMeter {
  private readonly arrivedAt: number;
  private lastTokenAt: number | undefined;
  private counted: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

  constructor(private readonly parts: GenerationMeterParts) {
    this.arrivedAt = parts.monotonic();
    parts.metrics.requestMaxTokens.observe(parts.labels, parts.maxTokens);
    parts.metrics.requestN.observe(parts.labels, 1);
  }

  onPart({ tokens, usage, finish }: GenerationPart): void {
    const now = this.parts.monotonic();
    if (tokens > 0) this.onTokens(tokens, now);
    if (usage) this.count(usage);
    if (finish) this.onFinish(finish, now);
  }

  onError(error: unknown): void {
    const { metrics, labels } = this.parts;
    metrics.failures.inc({ ...labels, code: isWeirError(error) ? error.code : 'internal' });
  }

  private onTokens(tokens: number, now: number): void {
    const { metrics, labels } = this.parts;
    if (this.lastTokenAt === undefined) {
      metrics.ttft.observe(labels, (now - this.arrivedAt) / 1_000);
    } else {
      const gap = (now - this.lastTokenAt) / tokens / 1_000;
      metrics.itl.observe(labels, gap);
      metrics.timePerOutputToken.observe(labels, gap);
    }
    this.lastTokenAt = now;
  }

  private onFinish({ reason, queueMs, prefillMs, decodeMs }: Finish, now: number): void {
    const { metrics, labels } = this.parts;
    metrics.e2e.observe(labels, (now - this.arrivedAt) / 1_000);
    metrics.queueTime.observe(labels, queueMs / 1_000);
    metrics.prefillTime.observe(labels, prefillMs / 1_000);
    metrics.decodeTime.observe(labels, decodeMs / 1_000);
    metrics.inferenceTime.observe(labels, (prefillMs + decodeMs) / 1_000);
    metrics.requestPromptTokens.observe(labels, this.counted.inputTokens);
    metrics.requestGenerationTokens.observe(labels, this.counted.outputTokens);
    metrics.success.inc({ ...labels, finished_reason: reason });
  }

  private count(usage: Usage): void {
    const { metrics, labels, onUse } = this.parts;
    const use = since(this.counted, usage);
    if (use.inputTokens > 0) {
      metrics.promptTokens.inc(labels, use.inputTokens);
      metrics.prefixQueries.inc(labels, use.inputTokens);
    }
    if (use.cachedInputTokens > 0) metrics.prefixHits.inc(labels, use.cachedInputTokens);
    if (use.outputTokens > 0) metrics.generationTokens.inc(labels, use.outputTokens);
    this.counted = usage;
    onUse(use);
  }
}

/** Numbers never go back, whatever an upstream says. */
function since(before: Usage, now: Usage): Usage {
  return {
    inputTokens: Math.max(0, now.inputTokens - before.inputTokens),
    outputTokens: Math.max(0, now.outputTokens - before.outputTokens),
    cachedInputTokens: Math.max(0, now.cachedInputTokens - before.cachedInputTokens),
  };
}
