/** A finished step of an engine. */
export interface EngineStep {
  readonly promptTokens: number;
  readonly sampledTokens: number;
  readonly durationMs: number;
}

/** Part of a new step in the running means: the last twenty or so count. */
const PART = 0.05;
/** Steps after which the means are believed. */
const ENOUGH = 8;

/** What a token costs, measured from the steps of an engine: prompt tokens apart from sampled ones. */
export class StepCosts {
  private steps = 0;
  private outputMs: number | undefined;
  private promptMs: number | undefined;

  /** False while too little was measured to predict anything. */
  get known(): boolean {
    return this.steps >= ENOUGH;
  }

  onStep({ promptTokens, sampledTokens, durationMs }: EngineStep): void {
    if (promptTokens + sampledTokens === 0) return;
    this.steps++;
    if (promptTokens === 0) this.outputMs = blend(this.outputMs, durationMs / sampledTokens);
    else
      this.promptMs = blend(
        this.promptMs,
        Math.max(0, durationMs - sampledTokens * (this.outputMs ?? 0)) / promptTokens,
      );
  }

  /** Milliseconds of the whole engine for these tokens. What was not measured costs nothing: nobody is refused for a guess. */
  ms(promptTokens: number, outputTokens: number): number {
    return promptTokens * (this.promptMs ?? 0) + outputTokens * (this.outputMs ?? 0);
  }
}

function blend(mean: number | undefined, sample: number): number {
  return mean === undefined ? sample : mean + PART * (sample - mean);
}
