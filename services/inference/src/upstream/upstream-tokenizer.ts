import { isWeirError, WeirError } from '@weir/errors';
import type { Prompt } from '../generation/generation.js';
import { fieldsOf } from './json-fields.js';
import { messageOf } from './request/generation-body.js';
import type { UpstreamEndpoint } from './upstream-endpoints.js';

const ANSWER_MS = 5_000;

/** The tokenizer of one address of an upstream, where its server shows it: vLLM, SGLang and llama-server do. */
export class UpstreamTokenizer {
  constructor(
    private readonly endpoint: UpstreamEndpoint,
    /** Name of the model at the upstream. */
    private readonly model: string,
  ) {}

  /** @throws WeirError `unimplemented`, `upstream_error` */
  async tokenize(prompt: Prompt, addSpecialTokens: boolean): Promise<readonly number[]> {
    if (prompt.kind === 'tokens') return prompt.ids;
    const { tokens } = await this.ask('/tokenize', await this.questionOf(prompt, addSpecialTokens));
    if (!Array.isArray(tokens) || !tokens.every((one) => Number.isSafeInteger(one))) throw unusable();
    return tokens as number[];
  }

  /** @throws WeirError `unimplemented`, `upstream_error` */
  async detokenize(tokens: readonly number[]): Promise<string> {
    const answer = await this.ask('/detokenize', { model: this.model, tokens });
    const text = answer.prompt ?? answer.content ?? answer.text;
    if (typeof text !== 'string') throw unusable();
    return text;
  }

  private async questionOf(prompt: Exclude<Prompt, { kind: 'tokens' }>, addSpecialTokens: boolean): Promise<object> {
    const { model } = this;
    if (this.endpoint.dialect === 'llamacpp') return this.contentOf(prompt, addSpecialTokens);
    if (prompt.kind === 'chat') return { model, messages: prompt.turns.map(messageOf) };
    return { model, prompt: prompt.text, add_special_tokens: addSpecialTokens };
  }

  /** llama-server makes the text of a chat first. */
  private async contentOf(prompt: Exclude<Prompt, { kind: 'tokens' }>, addSpecialTokens: boolean): Promise<object> {
    if (prompt.kind === 'text') return { content: prompt.text, add_special: addSpecialTokens };
    const { prompt: content } = await this.ask('/apply-template', { messages: prompt.turns.map(messageOf) });
    return { content, add_special: true, parse_special: true };
  }

  private async ask(path: string, body: object) {
    if (!SHOWN_BY.has(this.endpoint.dialect)) throw unimplemented();
    try {
      const request = { path, body: JSON.stringify(body) };
      const text = await this.endpoint.client.askServer(request, AbortSignal.timeout(ANSWER_MS));
      return fieldsOf(JSON.parse(text)) ?? {};
    } catch (error) {
      if (error instanceof SyntaxError) throw unusable();
      // An older version of the server.
      throw isWeirError(error) && error.code === 'model_not_found' ? unimplemented() : error;
    }
  }
}

const SHOWN_BY: ReadonlySet<UpstreamEndpoint['dialect']> = new Set(['vllm', 'sglang', 'llamacpp']);

function unusable(): WeirError {
  return new WeirError('upstream_error', 'The upstream’s tokenizer answered what is no answer.');
}

function unimplemented(): WeirError {
  return new WeirError('unimplemented', 'The upstream shows no tokenizer.');
}
