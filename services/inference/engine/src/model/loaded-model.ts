import { NoBinaryFoundError, type Llama, type LlamaContext, type LlamaModel, type Token } from 'node-llama-cpp';
import type { BatchModel, OpenedRequest } from '../batch/batch-model.js';
import { grammarOf } from '../chat/grammar.js';
import { HERMES, type ToolCallFormat } from '../chat/tool-call-format.js';
import { createToolCallParser, newToolCallId } from '../chat/tool-call-parser.js';
import { ChildError } from '../child-error.js';
import type { LoadOptions, PromptMessage, SamplingOptions, ToolMessage } from '../protocol.js';
import { Grammars } from '../sampling/grammars.js';
import { NativeScorer } from '../sampling/scorer.js';
import { ChainSampler } from '../sampling/token-sampler.js';
import { AnswerText } from '../text/answer-text.js';
import { ContextDecoder } from './decoder.js';
import { Embedder } from './embedder.js';
import { MemoryEstimate } from './memory.js';
import { openLlama } from './open-llama.js';
import { Native } from './native.js';
import { oneAtATime, type Exclusive } from './one-at-a-time.js';
import { Tokenizer, tooLong } from './tokenizer.js';

/** Log probabilities of one prompt, alternatives included: they travel in one message. */
const MOST_SCORES = 131_072;
/** Room for a prompt slice and a token of every slot. */
const BATCH_TOKENS = 512;

export interface Surroundings {
  /** Bytes of memory that this process may still take. */
  readonly availableMemory: () => number;
  /** At least 0, below 1; not to be guessed. */
  readonly random: () => number;
}

interface Loaded {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly exclusive: Exclusive | undefined;
}

/** One GGUF model with one context. */
export class LoadedModel implements BatchModel {
  readonly contextTokens: number;
  readonly batchTokens: number;
  readonly decoder: ContextDecoder;
  readonly scorer: NativeScorer;
  readonly tokenizer: Tokenizer;
  readonly isEnd: (token: Token) => boolean;
  readonly describe: Tokenizer['describe'];
  private readonly native: Native;
  private readonly grammars: Grammars;
  private batches: number[] = [];

  private constructor(
    private readonly loaded: Loaded,
    readonly embedder: Embedder,
    private readonly random: () => number,
  ) {
    const { llama, model, context } = loaded;
    this.contextTokens = loaded.contextTokens;
    this.batchTokens = loaded.batchTokens;
    this.native = Native.of(llama, model, context);
    this.decoder = new ContextDecoder(this.native.context, model.fileInsights.swaSize ?? 0, (tokens) =>
      this.batches.push(tokens),
    );
    this.scorer = new NativeScorer(this.native);
    this.grammars = new Grammars(this.native);
    this.tokenizer = new Tokenizer(model, (token) => this.native.spelling(token));
    this.isEnd = this.tokenizer.isEnd;
    this.describe = this.tokenizer.describe;
  }

  static async load(options: LoadOptions, { availableMemory, random }: Surroundings): Promise<LoadedModel> {
    const llama = await llamaFor(options.gpu);
    if (options.threads > 0) llama.maxThreads = options.threads;
    else if (llama.maxThreads === 0) llama.maxThreads = llama.cpuMathCores;
    const memory = await MemoryEstimate.of(llama, options);
    const batchTokens = Math.max(BATCH_TOKENS, 2 * options.slots);
    const shape = { contextTokens: options.contextTokens, batchTokens, sequences: options.slots };
    await memory.requireModel(shape, availableMemory());
    const model = await llama.loadModel({ modelPath: options.modelPath });
    const contextTokens = Math.min(options.contextTokens, model.trainContextSize);
    const context = await model.createContext({
      sequences: options.slots,
      contextSize: contextTokens,
      batchSize: batchTokens,
      // Without it a token's last bits depend on who else is in the batch, and a seed does not repeat its text.
      flashAttention: true,
    });
    const exclusive = llama.gpu === 'vulkan' ? oneAtATime() : undefined;
    const embedder = new Embedder({
      model,
      contextTokens,
      exclusive,
      requireMemory: (shape) => memory.requireContext('context for embeddings', shape, availableMemory()),
    });
    return new LoadedModel({ llama, model, context, contextTokens, batchTokens, exclusive }, embedder, random);
  }

  /** `cpu`, or the kind of accelerator that the weights are on. */
  get device(): string {
    return this.loaded.llama.gpu || 'cpu';
  }

  /** There where a device cannot work for two contexts at the same time. */
  get exclusive(): Exclusive | undefined {
    return this.loaded.exclusive;
  }

  /** Threads of the next batches. */
  get threads(): number {
    return this.loaded.llama.maxThreads;
  }

  set threads(threads: number) {
    if (threads === this.threads) return;
    this.loaded.llama.maxThreads = threads;
    this.native.context.setThreads(threads);
  }

  takeBatches(): number[] {
    const batches = this.batches;
    this.batches = [];
    return batches;
  }

  open(prompt: PromptMessage, sampling: SamplingOptions): OpenedRequest {
    this.tokenizer.checked(
      sampling.logitBias.map(([token]) => token),
      'options.logit_bias',
    );
    const promptTokens = this.tokenizer.promptTokens(prompt, this.contextTokens);
    if (promptTokens.length >= this.contextTokens) throw tooLong(promptTokens.length, this.contextTokens);
    requireFewScores(promptTokens.length, sampling.promptLogprobs);
    const { endTokens } = this.tokenizer;
    const grammar = this.grammar(prompt, sampling);
    const sampler = new ChainSampler(this.native, { sampling, promptTokens, endTokens, grammar });
    return { promptTokens, sampler, answer: this.answer(prompt, sampling) };
  }

  /** @throws ChildError `context_length_exceeded`, `invalid_request` */
  embed(input: PromptMessage, signal: AbortSignal) {
    const tokens = this.tokenizer.promptTokens(input, this.contextTokens);
    return this.embedder.embed(tokens, signal);
  }

  private get toolFormat(): ToolCallFormat {
    return this.tokenizer.template?.toolFormat ?? HERMES;
  }

  private grammar(prompt: PromptMessage, { responseFormat }: SamplingOptions) {
    const choice = (prompt.kind === 'chat' && prompt.toolChoice) || { mode: 'auto' as const };
    const text = grammarOf(responseFormat, toolsOf(prompt), choice, this.toolFormat);
    return text === undefined ? undefined : this.grammars.stateOf(text);
  }

  private answer(prompt: PromptMessage, { stop, singleToolCall }: SamplingOptions): AnswerText {
    const { detokenize } = this.tokenizer;
    const tools = toolsOf(prompt);
    if (tools.length === 0) return new AnswerText({ detokenize, stop });
    const names = tools.map(({ name }) => name);
    const newId = () => newToolCallId(this.random);
    const parser = createToolCallParser(this.toolFormat, names, { newId, single: singleToolCall });
    return new AnswerText({ detokenize, stop, parser, markers: this.markers() });
  }

  private markers(): ReadonlyMap<Token, string> {
    const markers = new Map<Token, string>();
    for (const text of this.toolFormat.markers) {
      const token = this.tokenizer.controlToken(text);
      if (token !== undefined) markers.set(token, text);
    }
    return markers;
  }
}

function requireFewScores(tokens: number, alternatives: number | undefined): void {
  if (alternatives === undefined || tokens * (alternatives + 1) <= MOST_SCORES) return;
  const message = `${alternatives} alternatives for ${tokens} prompt tokens are more than ${MOST_SCORES} log probabilities.`;
  throw new ChildError('invalid_request', message, {}, 'options.prompt_logprobs');
}

/** Tools that may be called. */
function toolsOf(prompt: PromptMessage): readonly ToolMessage[] {
  if (prompt.kind !== 'chat' || prompt.toolChoice?.mode === 'none') return [];
  return prompt.tools ?? [];
}

/** The library on an accelerator, or on the processor where no build for that is installed. */
async function llamaFor(gpu: LoadOptions['gpu']): Promise<Llama> {
  if (gpu === 'off') return openLlama(false);
  try {
    return await openLlama(gpu);
  } catch (error) {
    if (error instanceof NoBinaryFoundError) return openLlama(false);
    throw error;
  }
}
