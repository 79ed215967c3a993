import { WeirError } from '@weir/errors';
import type { FinishReason, Usage } from '../generation/generation.js';
import { SseLines } from './sse-lines.js';
import { upstreamFailure } from './upstream-errors.js';

/** What one read from the socket brought. */
export interface AnswerPart {
  readonly text: string;
  /** Pieces with text: about one token each, exactly how many only the usage tells. */
  readonly pieces: number;
}

interface Chunk {
  readonly error?: unknown;
  readonly choices?: readonly { delta?: { content?: unknown }; text?: unknown; finish_reason?: unknown }[];
  readonly usage?: Record<string, unknown> | null;
}

const STATUS_OF_STREAM_ERROR = 500;

/** Reads one streamed answer of an OpenAI-compatible upstream, in any pieces. */
export class AnswerReader {
  usage: Usage | undefined;
  finish: FinishReason | undefined;
  pieces = 0;
  private readonly decoder = new TextDecoder();
  private readonly lines = new SseLines();

  /** @throws WeirError `upstream_error`, or what an error inside the stream stands for */
  push(bytes: Uint8Array): AnswerPart {
    return this.take(this.lines.push(this.decoder.decode(bytes, { stream: true })));
  }

  flush(): AnswerPart {
    return this.take([...this.lines.push(this.decoder.decode()), ...this.lines.flush()]);
  }

  private take(items: readonly string[]): AnswerPart {
    let text = '';
    const before = this.pieces;
    for (const item of items) if (item !== '[DONE]') text += this.takeChunk(item);
    return { text, pieces: this.pieces - before };
  }

  private takeChunk(item: string): string {
    const chunk = parseChunk(item);
    if (chunk.error) throw streamError(item);
    if (chunk.usage) this.usage = usageOf(chunk.usage);
    const choice = chunk.choices?.[0];
    if (!choice) return '';
    if (typeof choice.finish_reason === 'string') this.finish = choice.finish_reason === 'length' ? 'length' : 'stop';
    const text = choice.delta?.content ?? choice.text;
    if (typeof text !== 'string' || text === '') return '';
    this.pieces++;
    return text;
  }
}

function parseChunk(item: string): Chunk {
  try {
    const parsed: unknown = JSON.parse(item);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    throw new WeirError('upstream_error', 'The upstream sent what is not JSON.', { cause: error });
  }
  throw new WeirError('upstream_error', 'The upstream sent what is not a chunk.');
}

/** Inside a stream the status has gone out as 200; a numeric code in the error takes its place. */
function streamError(item: string): WeirError {
  const { error } = parseChunk(item);
  const code = typeof error === 'object' && error !== null ? Number(Reflect.get(error, 'code')) : Number.NaN;
  const status = code >= 400 && code < 600 ? code : STATUS_OF_STREAM_ERROR;
  return upstreamFailure({ status, body: item, retryAfter: undefined, now: 0 });
}

function usageOf(usage: Record<string, unknown>): Usage | undefined {
  const details = usage.prompt_tokens_details;
  const cached = typeof details === 'object' && details !== null ? Reflect.get(details, 'cached_tokens') : 0;
  const inputTokens = count(usage.prompt_tokens);
  const outputTokens = count(usage.completion_tokens);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return { inputTokens, outputTokens, cachedInputTokens: Math.min(count(cached) ?? 0, inputTokens) };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
