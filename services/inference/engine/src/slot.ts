import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { Generation } from './generation.js';

/** Prefixes are reused in whole blocks. */
const BLOCK_TOKENS = 64;
/** Top-k of llama.cpp's own default; sampling over a whole vocabulary costs more than the rest of a step. */
const TOP_K = 40;

type TokenStream = AsyncGenerator<{ token: Token }, void, void | Token | Token[]>;

/** One sequence of the context and the request that runs in it. */
export class Slot {
  generation: Generation | undefined;
  cancelled = false;
  cachedTokens = 0;
  private evaluated = 0;
  private stream: TokenStream | undefined;

  constructor(private readonly sequence: LlamaContextSequence) {}

  get usedTokens(): number {
    return this.sequence.nextTokenIndex;
  }

  get promptLeft(): number {
    return this.stream || !this.generation ? 0 : this.generation.promptTokens.length - this.evaluated;
  }

  /** Tokens of this prompt whose state the sequence still has; one token is always left to evaluate. */
  reusable(prompt: readonly Token[]): number {
    const kept = this.sequence.contextTokens;
    const most = Math.min(kept.length, prompt.length - 1);
    let same = 0;
    while (same < most && kept[same] === prompt[same]) same++;
    return same - (same % BLOCK_TOKENS);
  }

  async begin(generation: Generation): Promise<void> {
    this.generation = generation;
    this.cachedTokens = generation.sampling.reproducible ? 0 : this.reusable(generation.promptTokens);
    this.evaluated = this.cachedTokens;
    const end = this.sequence.nextTokenIndex;
    if (end > this.cachedTokens) await this.sequence.eraseContextTokenRanges([{ start: this.cachedTokens, end }]);
  }

  /** Evaluates the next part of the prompt, or decodes one token. Gives the sampled token, if there is one. */
  async step(tokens: number): Promise<Token | undefined> {
    if (!this.stream && this.promptLeft > tokens) {
      await this.sequence.evaluateWithoutGeneratingNewTokens(this.takePrompt(tokens));
      return undefined;
    }
    this.stream ??= this.open();
    const next = await this.stream.next();
    return next.done ? undefined : next.value.token;
  }

  async end(): Promise<void> {
    const stream = this.stream;
    this.stream = undefined;
    this.generation = undefined;
    this.evaluated = 0;
    await stream?.return();
  }

  private takePrompt(tokens: number): Token[] {
    const part = this.generation?.promptTokens.slice(this.evaluated, this.evaluated + tokens) ?? [];
    this.evaluated += part.length;
    return part;
  }

  private open(): TokenStream {
    const sampling = this.generation?.sampling;
    return this.sequence.evaluateWithMetadata(
      this.takePrompt(this.promptLeft),
      {},
      {
        temperature: sampling?.temperature,
        topP: sampling?.topP,
        topK: TOP_K,
        seed: sampling?.seed,
        yieldEogToken: true,
      },
    );
  }
}
