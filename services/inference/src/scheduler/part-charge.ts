import type { GenerationPart } from '../generation/generation.js';
import type { SlotLease } from './slot-scheduler.js';

/** Charges a request by the parts that pass: the estimate of its prompt with the first, what is missing with the last. */
export class PartCharge {
  private prompt = 0;
  private output = 0;

  constructor(
    private readonly lease: Pick<SlotLease, 'served'>,
    private readonly promptTokens: number,
  ) {}

  onPart({ tokens, usage, finish }: GenerationPart): void {
    this.charge(this.promptTokens, this.output + tokens);
    if (finish && usage) this.charge(usage.inputTokens - usage.cachedInputTokens, usage.outputTokens);
  }

  /** Never less than before: what was charged is not given back. */
  private charge(prompt: number, output: number): void {
    const more = { prompt: Math.max(0, prompt - this.prompt), output: Math.max(0, output - this.output) };
    this.prompt += more.prompt;
    this.output += more.output;
    if (more.prompt + more.output > 0) this.lease.served(more);
  }
}
