import type { LlamaModel, Token } from 'node-llama-cpp';
import { ChatTemplate } from '../chat/chat-template.js';
import { ChildError } from '../child-error.js';
import type { LogprobReport, PromptMessage, TokenizerReport } from '../protocol.js';
import { tokenBytes, type Spelling } from './token-bytes.js';

const SPELLINGS: Readonly<Record<string, Spelling>> = { bpe: 'bytes', spm: 'pieces', ugm: 'pieces' };

/** How text becomes a model's tokens, and tokens text. */
export class Tokenizer {
  readonly vocabularySize: number;
  readonly template: ChatTemplate | undefined;
  private readonly spelling: Spelling;
  private readonly longestTokenBytes: number;
  private ends: readonly Token[] | undefined;

  /** @param spelled A token as the vocabulary spells it */
  constructor(
    private readonly model: LlamaModel,
    private readonly spelled: (token: Token) => string,
  ) {
    const { ggml, chat_template: source } = model.fileInfo.metadata.tokenizer;
    const vocabulary = ggml?.tokens ?? [];
    this.vocabularySize = vocabulary.length;
    this.longestTokenBytes = vocabulary.reduce((most, token) => Math.max(most, Buffer.byteLength(token)), 1);
    this.spelling = SPELLINGS[model.vocabularyType] ?? 'text';
    const { bosString, eosString } = model.tokens;
    if (source) this.template = new ChatTemplate(source, { bos: bosString ?? '', eos: eosString ?? '' });
  }

  readonly detokenize = (tokens: readonly Token[], before: readonly Token[]): string =>
    this.model.detokenize(tokens, false, before);

  readonly isEnd = (token: Token): boolean => this.model.isEogToken(token);

  /** All tokens that end an answer. */
  readonly endTokens = (): readonly Token[] => {
    this.ends ??= [...this.model.iterateAllTokens()].filter(this.isEnd);
    return this.ends;
  };

  readonly describe = (token: Token): Omit<LogprobReport, 'logprob'> => {
    const bytes = tokenBytes(this.spelled(token), this.spelling);
    return { id: token, token: Buffer.from(bytes).toString('utf8'), bytes };
  };

  /**
   * Tokens of a prompt as the model will see it.
   * @throws ChildError `invalid_request`, or `context_length_exceeded` when it is hopelessly long
   */
  promptTokens(prompt: PromptMessage, mostTokens: number): Token[] {
    const tokens = this.tokenize(prompt, true, mostTokens);
    if (tokens.length === 0) throw new ChildError('invalid_request', 'The prompt is empty.', {}, 'prompt');
    return tokens;
  }

  /** @param special Whether a begin token is added where the model has one */
  tokenize(prompt: PromptMessage, special: boolean, mostTokens: number): Token[] {
    if (prompt.kind === 'tokens') return this.checked(prompt.ids);
    this.refuseHopeless(prompt, mostTokens);
    const tokens = prompt.kind === 'chat' ? this.chatTokens(prompt) : this.model.tokenize(prompt.text, false);
    const { bos, shouldPrependBosToken } = this.model.tokens;
    if (special && shouldPrependBosToken && bos !== null && tokens[0] !== bos) tokens.unshift(bos);
    return tokens;
  }

  /** Text of these tokens, that of control tokens, too. */
  textOf(ids: readonly number[]): string {
    return this.model.detokenize(this.checked(ids), true);
  }

  /** Tokens that a control text is made of when it is not typed by somebody; undefined when they are several. */
  controlToken(text: string): Token | undefined {
    const tokens = this.model.tokenize(text, true);
    return tokens.length === 1 ? tokens[0] : undefined;
  }

  report(): TokenizerReport {
    const { bosString, eosString } = this.model.tokens;
    const { ggml, chat_template: chatTemplate } = this.model.fileInfo.metadata.tokenizer;
    const spelled = (id: number | undefined) => (id === undefined ? '' : (ggml?.tokens?.[id] ?? ''));
    return {
      bosToken: bosString ?? '',
      eosToken: eosString ?? '',
      padToken: spelled(ggml?.padding_token_id),
      unkToken: spelled(ggml?.unknown_token_id),
      chatTemplate: chatTemplate ?? '',
      vocabularySize: this.vocabularySize,
    };
  }

  /** @throws ChildError `invalid_request` for an id that is none of the vocabulary */
  checked(ids: readonly number[], param = 'prompt.tokens.ids'): Token[] {
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= this.vocabularySize);
    if (wrong === undefined) return [...ids] as Token[];
    const message = `${param} has the token ${wrong}; this model's vocabulary has ${this.vocabularySize}.`;
    throw new ChildError('invalid_request', message, {}, param);
  }

  private chatTokens(prompt: PromptMessage & { kind: 'chat' }): Token[] {
    if (!this.template) throw new ChildError('invalid_request', 'This model has no chat template; send a text prompt.');
    return this.template.render(prompt).flatMap(({ text, markup }) => this.model.tokenize(text, markup));
  }

  // No token has more bytes than the longest one, so a text this long cannot fit; tokenizing megabytes stalls everybody.
  private refuseHopeless(prompt: Exclude<PromptMessage, { kind: 'tokens' }>, mostTokens: number): void {
    const texts = prompt.kind === 'chat' ? prompt.turns.map((turn) => turn.content) : [prompt.text];
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const leastTokens = Math.ceil(bytes / this.longestTokenBytes);
    if (leastTokens >= mostTokens) throw tooLong(leastTokens, mostTokens);
  }
}

export function tooLong(inputTokens: number, contextTokens: number): ChildError {
  return new ChildError(
    'context_length_exceeded',
    `The prompt has at least ${inputTokens} tokens; the context has ${contextTokens} for prompt and answer.`,
    { input_tokens: inputTokens, context_tokens: contextTokens },
  );
}
