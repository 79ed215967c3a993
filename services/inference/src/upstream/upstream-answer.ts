import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import {
  usageDetails,
  type FinishReason,
  type GenerationCall,
  type GenerationOptions,
  type GenerationPart,
  type Usage,
} from '../generation/generation.js';
import { abortError } from '../scheduler/slot-scheduler.js';
import { AnswerReader, type AnswerPart } from './answer/answer-reader.js';
import { readScoredAnswer } from './answer/scored-answer.js';
import { connectionFailure } from './errors/upstream-errors.js';
import { CallLimit, late } from './call-limit.js';
import { generationRequest, type UpstreamRequest } from './request/generation-body.js';
import { unsupported } from './request/unsupported.js';
import type { UpstreamEndpoint } from './upstream-endpoints.js';
import { MOST_ANSWER_BYTES, readText } from './upstream.client.js';

export interface UpstreamAnswerParts {
  readonly endpoint: UpstreamEndpoint;
  readonly call: GenerationCall;
  readonly deployment: DeploymentState;
  readonly queueMs: number;
  readonly source: Source;
  readonly onUsageMissing: () => void;
}

/** One request at an upstream: sends it, follows its stream, and leaves it when the caller leaves or the time is over. */
export class UpstreamAnswer implements AsyncIterable<GenerationPart> {
  private readonly reader: AnswerReader;
  private readonly startedAt: number;
  private firstTextAt: number | undefined;

  constructor(private readonly parts: UpstreamAnswerParts) {
    this.startedAt = parts.source.monotonic();
    this.reader = new AnswerReader(() => `call_${parts.source.uuid().replaceAll('-', '')}`);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GenerationPart> {
    const { call, source } = this.parts;
    using limit = new CallLimit(call, source.now());
    try {
      yield* this.follow(limit.signal);
    } catch (error) {
      yield this.endOf(error, limit.isExpired);
    }
  }

  private async *follow(signal: AbortSignal): AsyncGenerator<GenerationPart> {
    const { endpoint, call, deployment } = this.parts;
    const request = generationRequest(call.request, deployment, endpoint.dialect);
    if (call.request.options.promptLogprobs === undefined) yield* this.stream(request, signal);
    else yield* this.score(request, signal);
  }

  private async *stream(request: UpstreamRequest, signal: AbortSignal): AsyncGenerator<GenerationPart> {
    const { endpoint, call } = this.parts;
    const { bytes, isJson } = await endpoint.client.send(request, call.request.requestId, signal);
    // Some answer whole although a stream was asked for, above all with errors under the status 200.
    if (isJson) yield this.part(this.reader.whole((await readText(bytes, MOST_ANSWER_BYTES)).text));
    else yield* this.pieces(bytes);
    const { finish, usage } = this.reader;
    if (!finish) throw new WeirError('engine_failed', 'The upstream ended its stream without a finish.');
    if (finish === 'stop' && mustCall(call.request.options)) {
      throw unsupported('tool_choice', 'was ignored by the upstream, which called no tool');
    }
    if (!usage) this.parts.onUsageMissing();
    yield this.lastPart(finish, usage);
  }

  private async *pieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<GenerationPart> {
    for await (const piece of bytes) {
      const read = this.reader.push(piece);
      if (read.pieces > 0) yield this.part(read);
    }
    const last = this.reader.flush();
    if (last.pieces > 0) yield this.part(last);
  }

  private async *score(request: UpstreamRequest, signal: AbortSignal): AsyncGenerator<GenerationPart> {
    const { endpoint, call } = this.parts;
    const body = await endpoint.client.ask(request, call.request.requestId, signal);
    const { text, logprobs, promptLogprobs, usage, finish } = readScoredAnswer(body, call.request.prompt);
    this.firstTextAt = this.parts.source.monotonic();
    yield { text, logprobs, promptLogprobs, tokens: usage.outputTokens, usage: undefined, finish: undefined };
    yield this.lastPart(finish, usage);
  }

  private part({ text, reasoning, pieces, logprobs, toolCalls }: AnswerPart): GenerationPart {
    this.firstTextAt ??= this.parts.source.monotonic();
    return {
      text,
      ...(reasoning ? { reasoning } : {}),
      ...(logprobs.length > 0 ? { logprobs } : {}),
      ...(toolCalls.length > 0 ? { toolCalls } : {}),
      tokens: pieces,
      usage: undefined,
      finish: undefined,
    };
  }

  private lastPart(reason: FinishReason, usage: Usage | undefined): GenerationPart {
    const now = this.parts.source.monotonic();
    const decodeFrom = this.firstTextAt ?? now;
    const { queueMs } = this.parts;
    const finish = { reason, queueMs, prefillMs: decodeFrom - this.startedAt, decodeMs: now - decodeFrom };
    return { text: '', tokens: 0, usage, finish };
  }

  /** What ends the answer: the last part when the time was over in the middle of it, otherwise a typed error. */
  private endOf(error: unknown, isExpired: boolean): GenerationPart {
    const { signal } = this.parts.call;
    if (signal.aborted) throw this.withUsage(abortError(signal));
    if (isExpired && this.reader.pieces > 0) return this.lastPart('deadline', this.reader.usage);
    if (isExpired) throw late();
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
      param: error.param,
      retryAfterMs: error.retryAfterMs,
      details: { ...error.details, ...counted },
    });
  }
}

const mustCall = ({ tools, toolChoice }: GenerationOptions): boolean =>
  tools.length > 0 && (toolChoice.mode === 'required' || toolChoice.mode === 'named');
