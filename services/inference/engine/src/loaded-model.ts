import {
  getLlama,
  GgufInsights,
  LlamaLogLevel,
  readGgufFileInfo,
  type BatchItem,
  type Llama,
  type LlamaContext,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';
import { ChatTemplate } from './chat-prompt.js';
import { ChildError } from './child-error.js';
import type { LoadOptions, PromptMessage } from './protocol.js';

/** Room for a prompt slice and a token of every slot. */
const BATCH_TOKENS = 512;

/** One GGUF model with one context, and how text becomes its tokens. */
export class LoadedModel {
  /** Tokens of each batch since the last call of `takeBatches`. */
  private batches: number[] = [];
  private readonly longestTokenBytes: number;
  private readonly template: ChatTemplate | undefined;

  private constructor(
    private readonly llama: Llama,
    private readonly model: LlamaModel,
    readonly context: LlamaContext,
    readonly contextTokens: number,
    onBatch: { listener: (tokens: number) => void },
  ) {
    onBatch.listener = (tokens) => this.batches.push(tokens);
    const tokenizer = model.fileInfo.metadata.tokenizer;
    this.longestTokenBytes = longestOf(tokenizer.ggml?.tokens ?? []);
    this.template = tokenizer.chat_template
      ? new ChatTemplate(tokenizer.chat_template, {
          bos: model.tokens.bosString ?? '',
          eos: model.tokens.eosString ?? '',
        })
      : undefined;
  }

  static async load(options: LoadOptions, availableMemory: () => number): Promise<LoadedModel> {
    const llama = await getLlama({
      gpu: options.gpu === 'off' ? false : 'auto',
      build: 'never',
      skipDownload: true,
      logLevel: LlamaLogLevel.error,
    });
    if (options.threads > 0) llama.maxThreads = options.threads;
    else if (llama.maxThreads === 0) llama.maxThreads = llama.cpuMathCores;
    await requireMemory(llama, options, availableMemory());
    const model = await llama.loadModel({ modelPath: options.modelPath });
    const contextTokens = Math.min(options.contextTokens, model.trainContextSize);
    const onBatch = { listener: (_tokens: number) => {} };
    const context = await model.createContext({
      sequences: options.slots,
      contextSize: contextTokens,
      batchSize: BATCH_TOKENS,
      batching: {
        // Every slot of a step queues in the same turn, so that the next tick finds them all: one batch a step.
        dispatchSchedule: (dispatch) => process.nextTick(dispatch),
        itemPrioritizationStrategy: ({ items }) => wholeItems(items, onBatch.listener),
      },
    });
    return new LoadedModel(llama, model, context, contextTokens, onBatch);
  }

  /** Threads of the next batches. */
  get threads(): number {
    return this.llama.maxThreads;
  }

  set threads(threads: number) {
    this.llama.maxThreads = threads;
  }

  takeBatches(): number[] {
    const batches = this.batches;
    this.batches = [];
    return batches;
  }

  readonly detokenize = (tokens: readonly Token[], before: readonly Token[]): string =>
    this.model.detokenize(tokens, false, before);

  readonly isEnd = (token: Token): boolean => this.model.isEogToken(token);

  /** Tokens of a prompt as the model will see it. */
  tokenize(prompt: PromptMessage): Token[] {
    this.refuseHopeless(prompt);
    const tokens = prompt.kind === 'chat' ? this.chatTokens(prompt) : this.model.tokenize(prompt.text, false);
    const { bos, shouldPrependBosToken } = this.model.tokens;
    if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) tokens.unshift(bos);
    if (tokens.length === 0) throw new ChildError('invalid_request', 'The prompt is empty.');
    return tokens;
  }

  private chatTokens(prompt: PromptMessage & { kind: 'chat' }): Token[] {
    if (!this.template) throw new ChildError('invalid_request', 'This model has no chat template; send a text prompt.');
    return this.template.render(prompt.turns).flatMap(({ text, markup }) => this.model.tokenize(text, markup));
  }

  // No token has more bytes than the longest one, so a text this long cannot fit; tokenizing megabytes stalls everybody.
  private refuseHopeless(prompt: PromptMessage): void {
    const texts = prompt.kind === 'chat' ? prompt.turns.map((turn) => turn.content) : [prompt.text];
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const leastTokens = Math.ceil(bytes / this.longestTokenBytes);
    if (leastTokens >= this.contextTokens) throw tooLong(leastTokens, this.contextTokens);
  }
}

export function tooLong(inputTokens: number, contextTokens: number): ChildError {
  return new ChildError(
    'context_length_exceeded',
    `The prompt has at least ${inputTokens} tokens; the context has ${contextTokens} for prompt and answer.`,
    { input_tokens: inputTokens, context_tokens: contextTokens },
  );
}

function wholeItems(items: readonly BatchItem[], onBatch: (tokens: number) => void) {
  onBatch(items.reduce((sum, item) => sum + item.tokens.length, 0));
  return items.map((item) => ({ item, processAmount: item.tokens.length }));
}

async function requireMemory(llama: Llama, options: LoadOptions, available: number): Promise<void> {
  const insights = await GgufInsights.from(await readGgufFileInfo(options.modelPath), llama);
  const gpuLayers = options.gpu === 'off' ? 0 : insights.totalLayers;
  const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers });
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: Math.min(options.contextTokens, insights.trainContextSize ?? options.contextTokens),
    modelGpuLayers: gpuLayers,
    batchSize: BATCH_TOKENS,
    sequences: options.slots,
  });
  const needed = weights.cpuRam + context.cpuRam;
  if (needed + options.memoryReserveBytes <= available) return;
  throw new ChildError(
    'insufficient_memory',
    `The model needs ${mebibytes(needed)} MiB and ${mebibytes(options.memoryReserveBytes)} MiB must stay free, ` +
      `but only ${mebibytes(available)} MiB are available.`,
    { needed_bytes: needed, available_bytes: available, reserve_bytes: options.memoryReserveBytes },
  );
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 1_048_576);

function longestOf(tokens: readonly string[]): number {
  return tokens.reduce((most, token) => Math.max(most, Buffer.byteLength(token)), 1);
}
