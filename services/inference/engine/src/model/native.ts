import type { Llama, LlamaContext, LlamaModel, Token } from 'node-llama-cpp';
import { ChildError } from '../child-error.js';

/**
 * The binding below node-llama-cpp's own classes, of exactly the version that this package pins. Its public classes
 * hide what batching needs: several samplers over one position, biases on end tokens, a batch of our own order.
 */
export interface NativeContext {
  initBatch(tokens: number): void;
  /** Gives a handle per wanted output, in the order of their indexes. */
  addToBatch(sequence: number, start: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(output: number, sampler: NativeSampler): Promise<number>;
  sampleToken(
    output: number,
    sampler: NativeSampler,
    probabilities: boolean,
    confidence: boolean,
  ): Promise<readonly [token: number, probabilities: readonly number[] | undefined, confidence: number | undefined]>;
  disposeSequence(sequence: number): void;
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  getSequenceKvCacheMinPosition(sequence: number): number;
  setThreads(threads: number): void;
}

/** Absent fields are samplers that the chain does without. */
export interface SamplerConfig {
  /** 0 = the most likely token. */
  readonly temperature: number;
  readonly seed: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly repeatPenalty?: number;
  readonly repeatPenaltyFrequencyPenalty?: number;
  readonly repeatPenaltyPresencePenalty?: number;
  readonly repeatPenaltyMaxTokens?: number;
  /** What came before the first sampled token; sampled ones are added by the sampler. */
  readonly repeatPenaltyTokens?: Uint32Array;
  readonly tokenBiasKeys?: Uint32Array;
  readonly tokenBiasValues?: Float32Array;
  readonly grammarEvaluationState?: NativeGrammarState;
}

export interface NativeSampler {
  applyConfig(config: SamplerConfig): void;
  dispose(): void;
}

export type NativeGrammarState = object;

interface NativeModel {
  getTokenString(token: number): string;
}

interface NativeBindings {
  readonly AddonSampler: new (model: NativeModel) => NativeSampler;
  readonly AddonGrammar: new (text: string, options: object) => object;
  readonly AddonGrammarEvaluationState: {
    new (model: NativeModel, grammar: object): NativeGrammarState;
    new (before: NativeGrammarState): NativeGrammarState;
  };
}

/** The native objects of one loaded model. */
export class Native {
  private constructor(
    readonly context: NativeContext,
    private readonly model: NativeModel,
    private readonly bindings: NativeBindings,
  ) {}

  static of(llama: Llama, model: LlamaModel, context: LlamaContext): Native {
    const bindings = Reflect.get(llama, '_bindings') as NativeBindings | undefined;
    const nativeModel = Reflect.get(model, '_model') as NativeModel | undefined;
    const nativeContext = Reflect.get(context, '_ctx') as NativeContext | undefined;
    if (bindings && nativeModel && nativeContext) return new Native(nativeContext, nativeModel, bindings);
    throw new ChildError('engine_failed', 'This is not the version of node-llama-cpp that the engine was made for.');
  }

  sampler(): NativeSampler {
    return new this.bindings.AddonSampler(this.model);
  }

  /** The state of a grammar at its beginning. */
  grammar(text: string): NativeGrammarState {
    const grammar = new this.bindings.AddonGrammar(text, { addonExports: this.bindings, rootRuleName: 'root' });
    return new this.bindings.AddonGrammarEvaluationState(this.model, grammar);
  }

  copyOf(state: NativeGrammarState): NativeGrammarState {
    return new this.bindings.AddonGrammarEvaluationState(state);
  }

  /** A token as the vocabulary spells it. */
  spelling(token: Token): string {
    return this.model.getTokenString(token);
  }
}
