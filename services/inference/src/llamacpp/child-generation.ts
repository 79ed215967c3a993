import { AsyncQueue } from '@weir/resilience';
import { WeirError } from '@weir/errors';
import type { BegunReport, FinishReport, TextReport } from '../../engine/src/protocol.js';
import { usageDetails, type FinishReason, type GenerationPart, type Usage } from '../generation/generation.js';

export interface ChildGenerationStart {
  readonly id: number;
  readonly maxTokens: number;
  readonly queueMs: number;
  readonly cancel: () => void;
}

/** One request inside an engine process, as the service sees it. */
export class ChildGeneration {
  readonly id: number;
  /** Bounded by what the request may generate: at most one part per token. */
  readonly parts: AsyncQueue<GenerationPart>;
  /** Resolves when the engine has given its slot free. */
  readonly ended: Promise<void>;
  private begun: BegunReport | undefined;
  private outputTokens = 0;
  private unsentTokens = 0;
  private expired = false;
  private over = false;
  private lost = false;
  private readonly resolveEnded: () => void;

  constructor(private readonly start: ChildGenerationStart) {
    this.id = start.id;
    this.parts = new AsyncQueue({ maxItems: start.maxTokens + 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.resolveEnded = resolve;
  }

  /** The engine died before it worked on the prompt: nothing was used and nothing was sent. */
  get isUntouched(): boolean {
    return this.lost && this.begun === undefined;
  }

  get usage(): Usage {
    return {
      inputTokens: this.begun?.inputTokens ?? 0,
      outputTokens: this.outputTokens,
      cachedInputTokens: this.begun?.cachedInputTokens ?? 0,
    };
  }

  /** Ends the work in the engine; its slot is free a step later. */
  cancel(): void {
    if (!this.over) this.start.cancel();
  }

  /** The deadline has come: what was generated counts, and the last part says why there is no more. */
  expire(): void {
    this.expired = true;
    this.cancel();
  }

  onBegun(report: BegunReport): void {
    this.begun = report;
  }

  onText({ text, tokens }: TextReport): void {
    this.outputTokens += tokens;
    this.unsentTokens += tokens;
    if (text !== '') this.push(text, undefined);
  }

  onFinish(report: FinishReport): void {
    const { prefillMs, decodeMs } = report;
    const reason: FinishReason = this.expired && report.reason === 'cancelled' ? 'deadline' : report.reason;
    this.push('', { reason, queueMs: this.start.queueMs, prefillMs, decodeMs });
    this.parts.end();
    this.end();
  }

  /** The engine is gone. */
  lose(error: WeirError): void {
    this.lost = true;
    this.fail(error);
  }

  fail(error: WeirError): void {
    const details = { ...error.details, ...(this.begun ? usageDetails(this.usage) : {}) };
    this.parts.fail(new WeirError(error.code, error.message, { cause: error, details }));
    this.end();
  }

  private push(text: string, finish: GenerationPart['finish']): void {
    this.parts.push({ text, tokens: this.unsentTokens, usage: this.usage, finish });
    this.unsentTokens = 0;
  }

  private end(): void {
    this.over = true;
    this.resolveEnded();
  }
}
