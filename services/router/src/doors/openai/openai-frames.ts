import { openAiErrorBody, type WeirError } from '@weir/errors';
import type { RequestRun } from '../../pipeline/request-run.js';
import { answerId, createdAt } from './openai-answer.js';
import { usageOf, weirDetails } from './openai-usage.js';

export const DONE = 'data: [DONE]\n\n';
/** Ignored by every SSE client; shows proxies that the stream lives. */
export const KEEP_ALIVE = ': keep-alive\n\n';

/**
 * Server-sent events of one streamed answer. What all chunks share is written once, so that a chunk costs one
 * JSON.stringify of its text.
 */
export class OpenAiFrames {
  readonly #run: RequestRun;
  readonly #chat: boolean;
  readonly #head: string;
  readonly #textHead: string;
  readonly #textTail: string;
  readonly #usageNull: string;

  /** `includeUsage`: every chunk has a `usage`, null in all but the last. */
  constructor(run: RequestRun, includeUsage: boolean) {
    this.#run = run;
    this.#chat = run.request.prompt.kind === 'chat';
    this.#usageNull = includeUsage ? ',"usage":null' : '';
    const common = JSON.stringify({
      id: answerId(run),
      object: this.#chat ? 'chat.completion.chunk' : 'text_completion',
      created: createdAt(run),
      model: run.request.model,
    });
    this.#head = `data: ${common.slice(0, -1)},"choices":`;
    this.#textHead = `${this.#head}[{"index":0,${this.#chat ? '"delta":{"content":' : '"text":'}`;
    this.#textTail = `${this.#chat ? '}' : ''},"logprobs":null,"finish_reason":null}]${this.#usageNull}}\n\n`;
  }

  /** The chunk before all text; chats name the role in it. */
  opening(): string {
    if (!this.#chat) return '';
    return this.#choice('"delta":{"role":"assistant","content":"","refusal":null}', 'null');
  }

  text(delta: string): string {
    return this.#textHead + JSON.stringify(delta) + this.#textTail;
  }

  finish(reason: string): string {
    return this.#choice(this.#chat ? '"delta":{}' : '"text":""', JSON.stringify(reason));
  }

  /** The last chunk, without choices. */
  usage(details: boolean): string {
    const weir = details ? `,"weir":${JSON.stringify(weirDetails(this.#run))}` : '';
    return `${this.#head}[],"usage":${JSON.stringify(usageOf(this.#run.use))}${weir}}\n\n`;
  }

  #choice(content: string, reason: string): string {
    return `${this.#head}[{"index":0,${content},"logprobs":null,"finish_reason":${reason}}]${this.#usageNull}}\n\n`;
  }
}

/** An error after the first byte. The stream ends with it, without `[DONE]`. */
export function errorFrame(error: WeirError): string {
  return `data: ${JSON.stringify(openAiErrorBody(error))}\n\n`;
}
