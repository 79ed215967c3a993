import type { Token } from 'node-llama-cpp';
import { ChildError } from '../child-error.js';
import type { Output } from '../model/decoder.js';
import type { Native, NativeGrammarState, NativeSampler } from '../model/native.js';
import type { SamplingOptions } from '../protocol.js';
import { samplerConfig } from './sampler-config.js';

/** Samples the tokens of one request. It outlives the slot: a parked request goes on with the same random numbers. */
export interface TokenSampler extends Disposable {
  sample(output: Output): Promise<Token>;
}

export interface SamplerStart {
  readonly sampling: SamplingOptions;
  readonly promptTokens: readonly Token[];
  /** Tokens that would end the answer. */
  readonly endTokens: () => readonly Token[];
  readonly grammar: NativeGrammarState | undefined;
}

/** A chain of llama.cpp's samplers. */
export class ChainSampler implements TokenSampler {
  private readonly sampler: NativeSampler;
  /** Tokens until the answer may end. */
  private heldTokens: number;

  constructor(
    private readonly native: Pick<Native, 'context' | 'sampler'>,
    private readonly start: SamplerStart,
  ) {
    const { ignoreEos, minTokens } = start.sampling;
    this.heldTokens = ignoreEos ? Infinity : minTokens;
    this.sampler = native.sampler();
    this.configure();
  }

  async sample(output: Output): Promise<Token> {
    const token = await this.native.context.sampleToken(output, this.sampler);
    if (token < 0)
      throw new ChildError('invalid_request', 'No token is left that the format and the biases of the request allow.');
    if (this.heldTokens > 0 && --this.heldTokens === 0) this.configure();
    return token as Token;
  }

  [Symbol.dispose](): void {
    this.sampler.dispose();
  }

  private configure(): void {
    const { sampling, promptTokens, endTokens, grammar } = this.start;
    const mustGoOn = this.heldTokens > 0;
    const config = samplerConfig(sampling, { promptTokens, endTokens: mustGoOn ? endTokens() : [], mustGoOn });
    this.sampler.applyConfig(grammar ? { ...config, grammarEvaluationState: grammar } : config);
  }
}
