/** What a step evaluated and how long it took. */
export interface StepTime {
  readonly promptTokens: number;
  readonly sampledTokens: number;
  readonly durationMs: number;
}

export interface Slices {
  /** Prompt tokens of a step while nobody decodes. */
  readonly alone: number;
  /** The same beside running streams. */
  readonly besideDecode: number;
}

/** A cancel is heard after each step: that is how long one may take. */
const LONGEST_STEP_MS = 250;
const ALONE = { least: 128, most: 512, first: 256 };
const BESIDE = { least: 16, most: 512, first: 64 };
/** Weight of the newest step. */
const NEWEST = 0.2;

/**
 * Sizes prompt slices by what steps cost: alone a step of a quarter of a second, beside running streams as much as
 * their own step takes, so that a prompt at most doubles the gap between two tokens of theirs.
 */
export class SlicePace {
  private decodeMs: number | undefined;
  private promptTokenMs: number | undefined;

  onStep({ promptTokens, sampledTokens, durationMs }: StepTime): void {
    if (promptTokens === 0) {
      if (sampledTokens > 0) this.decodeMs = averaged(this.decodeMs, durationMs);
      return;
    }
    const besides = sampledTokens > 0 ? Math.min(this.decodeMs ?? 0, durationMs / 2) : 0;
    this.promptTokenMs = averaged(this.promptTokenMs, (durationMs - besides) / promptTokens);
  }

  slices(): Slices {
    const { decodeMs, promptTokenMs } = this;
    return {
      alone: sized(LONGEST_STEP_MS, promptTokenMs, ALONE),
      besideDecode: sized(decodeMs, promptTokenMs, BESIDE),
    };
  }
}

function averaged(before: number | undefined, now: number): number {
  return before === undefined ? now : before + NEWEST * (now - before);
}

function sized(ms: number | undefined, tokenMs: number | undefined, size: typeof ALONE): number {
  if (ms === undefined || tokenMs === undefined || tokenMs <= 0) return size.first;
  return Math.max(size.least, Math.min(size.most, Math.floor(ms / tokenMs)));
}
