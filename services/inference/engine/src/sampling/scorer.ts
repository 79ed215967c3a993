import type { Token } from 'node-llama-cpp';
import type { Output } from '../model/decoder.js';
import type { Native, NativeSampler } from '../model/native.js';

export interface ScoredToken {
  readonly token: Token;
  /** Natural logarithm of its probability before any sampling setting. */
  readonly logprob: number;
}

export interface Score {
  readonly logprob: number;
  /** Most likely first. Where the token is among them, its number is the very same one. */
  readonly top: readonly ScoredToken[];
}

/** Scores tokens at an output of the last batch. */
export interface Scorer {
  score(output: Output, token: Token, alternatives: number): Promise<Score>;
}

/** Positions that are scored at the same time, each on its own native samplers. */
const LANES = 4;
/** A token that is so much less likely than the best is lifted to the top, and its lift taken off again. */
const LIFTS = [40, 120];
/** Stands for a probability that is too small for the arithmetic. */
const LEAST_LOGPROB = -9_999;

/**
 * Raw log probabilities out of llama.cpp's samplers. Confidence of the greedy choice is the softmax over the whole
 * vocabulary; the ratios of the others to it come from a top-k chain. That moves a few numbers instead of a vocabulary.
 */
export class NativeScorer implements Scorer {
  private readonly free: Lane[] = [];
  private readonly waiting: ((lane: Lane) => void)[] = [];
  private made = 0;

  constructor(private readonly native: Pick<Native, 'context' | 'sampler'>) {}

  async score(output: Output, token: Token, alternatives: number): Promise<Score> {
    const lane = await this.take();
    try {
      return await lane.score(output, token, alternatives);
    } finally {
      this.give(lane);
    }
  }

  private take(): Promise<Lane> {
    const lane = this.free.pop() ?? (this.made < LANES ? this.make() : undefined);
    return lane ? Promise.resolve(lane) : new Promise((resolve) => this.waiting.push(resolve));
  }

  private make(): Lane {
    this.made++;
    return new Lane(this.native);
  }

  private give(lane: Lane): void {
    const next = this.waiting.shift();
    if (next) next(lane);
    else this.free.push(lane);
  }
}

class Lane {
  private readonly greedy: NativeSampler;
  private readonly ranked: NativeSampler;

  constructor(private readonly native: Pick<Native, 'context' | 'sampler'>) {
    this.greedy = native.sampler();
    this.greedy.applyConfig({ temperature: 0, seed: 0 });
    this.ranked = native.sampler();
  }

  async score(output: Output, token: Token, alternatives: number): Promise<Score> {
    const [best, , confidence] = await this.native.context.sampleToken(output, this.greedy, false, true);
    const bestLogprob = Math.log(confidence ?? Number.NaN);
    const first = { token: best as Token, logprob: bestLogprob };
    const ranks = alternatives > 1 ? await this.ranks(output, alternatives) : [];
    const top = alternatives > 0 ? [first, ...ranks.map((rank) => below(first, rank))].slice(0, alternatives) : [];
    const known = [first, ...top].find((scored) => scored.token === token);
    return { logprob: known ? known.logprob : await this.lifted(output, token, first), top };
  }

  /** The tokens after the best, with the logarithms of their ratios to it. */
  private async ranks(output: Output, count: number): Promise<ScoredToken[]> {
    const [best, ...others] = await this.ratios(output, count);
    return others.map(({ token, logprob }) => ({ token, logprob: logprob - (best?.logprob ?? 0) }));
  }

  private async lifted(output: Output, token: Token, best: ScoredToken): Promise<number> {
    for (const lift of LIFTS) {
      const ratios = await this.ratios(output, 2, { token, lift });
      const found = ratios.find((ratio) => ratio.token === token);
      const reference = ratios.find((ratio) => ratio.token === best.token);
      if (found && reference && Number.isFinite(found.logprob) && Number.isFinite(reference.logprob))
        return Math.min(best.logprob, best.logprob + found.logprob - reference.logprob - lift);
    }
    return LEAST_LOGPROB;
  }

  /** The most likely tokens with the logarithms of their shares among themselves. */
  private async ratios(output: Output, count: number, lifted?: { token: Token; lift: number }): Promise<ScoredToken[]> {
    this.ranked.applyConfig({
      temperature: 1,
      seed: 0,
      topK: count,
      ...(lifted ? { tokenBiasKeys: Uint32Array.of(lifted.token), tokenBiasValues: Float32Array.of(lifted.lift) } : {}),
    });
    const [, shares = []] = await this.native.context.sampleToken(output, this.ranked, true, false);
    return Array.from({ length: shares.length / 2 }, (_, index) => ({
      token: shares[2 * index] as Token,
      logprob: Math.log(shares[2 * index + 1] ?? 0),
    }));
  }
}

function below(best: ScoredToken, { token, logprob }: ScoredToken): ScoredToken {
  const absolute = best.logprob + Math.min(0, logprob);
  return { token, logprob: Number.isFinite(absolute) ? absolute : LEAST_LOGPROB };
}
