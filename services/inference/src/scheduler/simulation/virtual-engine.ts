import type { EngineStep } from '../measures/step-costs.js';
import type { Ticket } from '../admission/ticket.js';
import type { Random } from './random.js';

/** What a step of the engine takes, in milliseconds. */
export interface EngineCosts {
  readonly stepMs: number;
  readonly promptTokenMs: number;
  readonly outputTokenMs: number;
  /** Prompt tokens of a step while nobody decodes, and beside decodes. */
  readonly slice: number;
  readonly sliceBesideDecode: number;
  /** Part by which a step is longer or shorter at random. */
  readonly jitter: number;
}

/** Like a small model on two cores: 90 tokens/s of one stream, 190 of eight. */
export const SMALL_ENGINE: EngineCosts = {
  stepMs: 7,
  promptTokenMs: 0.9,
  outputTokenMs: 4.3,
  slice: 256,
  sliceBesideDecode: 64,
  jitter: 0.1,
};

/** One request in the engine. */
export interface Job {
  readonly ticket: Ticket;
  promptLeft: number;
  outputLeft: number;
  /** Tokens that were evaluated before it was parked and are evaluated again: served to nobody. */
  again: number;
}

export interface StepResult {
  readonly step: EngineStep;
  readonly served: readonly { readonly job: Job; readonly prompt: number; readonly output: number }[];
}

/** An engine that batches continuously and takes virtual time: decodes first, then slices of the prompts that came first. */
export class VirtualEngine {
  private readonly jobs = new Set<Job>();

  constructor(
    private readonly costs: EngineCosts,
    private readonly random: Random,
  ) {}

  get size(): number {
    return this.jobs.size;
  }

  add(job: Job): void {
    this.jobs.add(job);
  }

  remove(job: Job): void {
    this.jobs.delete(job);
  }

  /** One step over everything that runs. The jobs' counts are taken down at once; the time is the caller's to pass. */
  step(): StepResult {
    const decoding = [...this.jobs].filter((job) => job.promptLeft === 0);
    let room = decoding.length > 0 ? this.costs.sliceBesideDecode : this.costs.slice;
    const served = decoding.map((job) => ({ job, prompt: 0, output: 1 }));
    for (const job of this.jobs) {
      if (job.promptLeft === 0 || room === 0) continue;
      const prompt = Math.min(job.promptLeft, room);
      room -= prompt;
      served.push({ job, prompt, output: prompt === job.promptLeft ? 1 : 0 });
    }
    for (const { job, prompt, output } of served) {
      job.promptLeft -= prompt;
      job.outputLeft -= output;
    }
    return { step: this.measure(served), served };
  }

  private measure(served: StepResult['served']): EngineStep {
    const { stepMs, promptTokenMs, outputTokenMs, jitter } = this.costs;
    const promptTokens = served.reduce((sum, { prompt }) => sum + prompt, 0);
    const sampledTokens = served.reduce((sum, { output }) => sum + output, 0);
    const exact = stepMs + promptTokens * promptTokenMs + sampledTokens * outputTokenMs;
    return { promptTokens, sampledTokens, durationMs: exact * (1 + jitter * (2 * this.random() - 1)) };
  }
}
