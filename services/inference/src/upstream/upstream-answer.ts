import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { usageDetails, type FinishReason, type GenerationCall, type GenerationPart } from '../generation/generation.js';
import { abortError } from '../scheduler/slot-scheduler.js';
import { AnswerReader, type AnswerPart } from './answer-reader.js';
import { upstreamRequest } from './chat-body.js';
import { connectionFailure } from './upstream-errors.js';
import type { UpstreamClient } from './upstream.client.js';

export interface UpstreamAnswerParts {
  readonly client: UpstreamClient;
  readonly call: GenerationCall;
  readonly deployment: DeploymentState;
  readonly queueMs: number;
  readonly source: Source;
  readonly onUsageMissing: () => void;
}

/** One request at an upstream: sends it, follows its stream, and leaves it when the caller leaves or the time is over. */
export class UpstreamAnswer implements AsyncIterable<GenerationPart> {
  private readonly reader = new AnswerReader();
  private readonly leaving = new AbortController();
  private readonly startedAt: number;
  private firstTextAt: number | undefined;
  private expired = false;

  constructor(private readonly parts: UpstreamAnswerParts) {
    this.startedAt = parts.source.monotonic();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GenerationPart> {
    const { signal, deadline } = this.parts.call;
    const leave = () => this.leaving.abort(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    const timer = deadline === undefined ? undefined : setTimeout(() => this.expire(), this.timeLeft(deadline));
    try {
      yield* this.follow();
    } catch (error) {
      yield this.endOf(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      this.leaving.abort();
    }
  }

  private async *follow(): AsyncGenerator<GenerationPart> {
    const { client, call, deployment } = this.parts;
    const request = upstreamRequest(call.request, deployment);
    const body = await client.send(request, call.request.requestId, this.leaving.signal);
    for await (const bytes of body) {
      const read = this.reader.push(bytes);
      if (read.pieces > 0) yield this.part(read);
    }
    const last = this.reader.flush();
    if (last.pieces > 0) yield this.part(last);
    if (!this.reader.finish) throw new WeirError('engine_failed', 'The upstream ended its stream without a finish.');
    if (!this.reader.usage) this.parts.onUsageMissing();
    yield this.lastPart(this.reader.finish);
  }

  private part({ text, pieces }: AnswerPart): GenerationPart {
    this.firstTextAt ??= this.parts.source.monotonic();
    return { text, tokens: pieces, usage: undefined, finish: undefined };
  }

  private lastPart(reason: FinishReason): GenerationPart {
    const now = this.parts.source.monotonic();
    const decodeFrom = this.firstTextAt ?? now;
    const { queueMs } = this.parts;
    const finish = { reason, queueMs, prefillMs: decodeFrom - this.startedAt, decodeMs: now - decodeFrom };
    return { text: '', tokens: 0, usage: this.reader.usage, finish };
  }

  /** What ends the answer: the last part when the time was over in the middle of it, otherwise a typed error. */
  private endOf(error: unknown): GenerationPart {
    const { signal } = this.parts.call;
    if (signal.aborted) throw this.withUsage(abortError(signal));
    if (this.expired && this.reader.pieces > 0) return this.lastPart('deadline');
    if (this.expired) throw late();
    const failure = connectionFailure(error);
    const cut = failure.code === 'upstream_error' && this.reader.pieces > 0;
    throw this.withUsage(cut ? new WeirError('engine_failed', failure.message, { cause: failure }) : failure);
  }

  private withUsage(error: WeirError): WeirError {
    const { usage, pieces } = this.reader;
    if (!usage && pieces === 0) return error;
    const counted = usage ? usageDetails(usage) : { output_tokens: pieces, usage_estimated: true };
    return new WeirError(error.code, error.message, {
      cause: error.cause,
      retryAfterMs: error.retryAfterMs,
      details: { ...error.details, ...counted },
    });
  }

  private expire(): void {
    this.expired = true;
    this.leaving.abort();
  }

  private timeLeft(deadline: number): number {
    return Math.max(0, deadline - this.parts.source.now());
  }
}

function late(): WeirError {
  const details = { engine_late: true };
  return new WeirError('deadline_exceeded', 'The upstream sent nothing before the deadline.', { details });
}
