import type { WeirError } from '@weir/errors';
import type { RequestRun } from '../../pipeline/request-run.js';
import type { AnswerDelta } from '../../routing/attempt.js';
import { answerId, callOf, createdAt } from './openai-answer.js';
import { openAiDoorError } from '../openai-error.js';
import { charactersOf, chatLogprobs, textLogprobs } from './openai-logprobs.js';
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
  readonly #textField: string;
  readonly #textTail: string;
  readonly #usageNull: string;
  readonly #withLogprobs: boolean;
  /** Characters of each choice so far; only where log probabilities tell places. */
  readonly #offsets = new Map<number, number>();

  /** `includeUsage`: every chunk has a `usage`, null in all but the last. */
  constructor(run: RequestRun, includeUsage: boolean) {
    this.#run = run;
    this.#chat = run.request.operation === 'chat';
    this.#withLogprobs = run.request.form.topLogprobs !== undefined;
    this.#usageNull = includeUsage ? ',"usage":null' : '';
    const common = JSON.stringify({
      id: answerId(run),
      object: this.#chat ? 'chat.completion.chunk' : 'text_completion',
      created: createdAt(run),
      model: run.request.model,
    });
    this.#head = `data: ${common.slice(0, -1)},"choices":`;
    this.#textField = this.#chat ? '"delta":{"content":' : '"text":';
    this.#textTail = `${this.#chat ? '}' : ''},"logprobs":null,"finish_reason":null}]${this.#usageNull}}\n\n`;
  }

  /** The chunks before all text; chats name the role in them. */
  opening(): string {
    if (!this.#chat) return '';
    const content = '"delta":{"role":"assistant","content":"","refusal":null}';
    return Array.from({ length: this.#run.request.form.n }, (_, index) => this.#choice({ index, content })).join('');
  }

  delta(delta: AnswerDelta): string {
    if (delta.toolCalls) return this.#calls(delta.index, delta.toolCalls);
    const { index, text, reasoning } = delta;
    if (reasoning)
      return this.#choice({ index, content: `"delta":{"reasoning_content":${JSON.stringify(reasoning)}}` });
    if (this.#withLogprobs) return this.#textWithLogprobs(delta);
    return `${this.#head}[{"index":${index},${this.#textField}${JSON.stringify(text)}${this.#textTail}`;
  }

  /** The last chunk of each choice. */
  finish(): string {
    const content = this.#chat ? '"delta":{}' : '"text":""';
    return this.#run.choices
      .map(({ index, finishReason }) => this.#choice({ index, content, reason: finishReason ?? 'stop' }))
      .join('');
  }

  /** The last chunk, without choices. */
  usage(details: boolean): string {
    const weir = details ? `,"weir":${JSON.stringify(weirDetails(this.#run))}` : '';
    return `${this.#head}[],"usage":${JSON.stringify(usageOf(this.#run.use))}${weir}}\n\n`;
  }

  #calls(index: number, calls: NonNullable<AnswerDelta['toolCalls']>): string {
    const list = calls.map((call) => ({ index: call.index, ...callOf(call) }));
    return this.#choice({ index, content: `"delta":{"tool_calls":${JSON.stringify(list)}}` });
  }

  #textWithLogprobs({ index, text, logprobs, promptLogprobs }: AnswerDelta): string {
    const end = this.#chat ? '}' : '';
    const content = `${this.#textField}${JSON.stringify(text)}${end}`;
    if (this.#chat) {
      return this.#choice({ index, content, logprobs: chatLogprobs(logprobs?.length ? logprobs : undefined) });
    }
    const tokens = [...(promptLogprobs ?? []), ...(logprobs ?? [])];
    const offset = this.#offsets.get(index) ?? 0;
    this.#offsets.set(index, offset + charactersOf(text));
    return this.#choice({ index, content, logprobs: tokens.length > 0 ? textLogprobs(tokens, offset) : null });
  }

  #choice(part: { index: number; content: string; logprobs?: object | null; reason?: string }): string {
    const { index, content, logprobs = null, reason = null } = part;
    const rest = `"logprobs":${JSON.stringify(logprobs)},"finish_reason":${JSON.stringify(reason)}`;
    return `${this.#head}[{"index":${index},${content},${rest}}]${this.#usageNull}}\n\n`;
  }
}

/** An error after the first byte. The stream ends with it, without `[DONE]`. */
export function errorFrame(error: WeirError): string {
  return `data: ${JSON.stringify(openAiDoorError(error))}\n\n`;
}
