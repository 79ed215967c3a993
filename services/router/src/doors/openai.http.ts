import type { OutgoingHttpHeaders } from 'node:http';
import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { Access, CurrentCall, CurrentPrincipal, type HttpCall, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { formatUsd } from '@weir/contracts';
import { asWeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, InferenceRequest } from '../pipeline/inference-request.js';
import { PipelineService } from '../pipeline/pipeline.service.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { readChatBody } from './openai/chat-body.js';
import { readCompletionBody } from './openai/completion-body.js';
import { answerBody } from './openai/openai-answer.js';
import { DONE, errorFrame, OpenAiFrames } from './openai/openai-frames.js';
import { runHeaders } from './run-headers.js';
import { SseStream } from './sse-stream.http.js';

interface Exchange {
  readonly call: HttpCall;
  readonly principal: Principal;
  readonly http: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The OpenAI API for text: POST /v1/chat/completions and POST /v1/completions. */
@Controller('v1')
@Access({ scope: 'inference' })
export class OpenAiHttp {
  constructor(
    private readonly pipeline: PipelineService,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(ROUTER_SETTINGS) private readonly settings: RouterSettings,
  ) {}

  @Post('chat/completions')
  @HttpCode(200)
  async chat(
    @Body() body: unknown,
    @CurrentCall() call: HttpCall,
    @CurrentPrincipal() principal: Principal,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { request, includeUsage } = readChatBody(body);
    await this.#answer(request, includeUsage, { call, principal, http, reply });
  }

  @Post('completions')
  @HttpCode(200)
  async completion(
    @Body() body: unknown,
    @CurrentCall() call: HttpCall,
    @CurrentPrincipal() principal: Principal,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { request, includeUsage } = readCompletionBody(body);
    await this.#answer(request, includeUsage, { call, principal, http, reply });
  }

  #answer(request: InferenceRequest, includeUsage: boolean, exchange: Exchange): Promise<void> {
    const run = this.pipeline.begin(request, this.#callerOf(exchange));
    return request.stream ? this.#stream(run, includeUsage, exchange) : this.#complete(run, exchange);
  }

  async #complete(run: RequestRun, { http, reply }: Exchange): Promise<void> {
    try {
      await this.pipeline.execute(run);
    } finally {
      for (const [name, value] of runHeaders(run)) reply.header(name, value);
    }
    await reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('x-weir-cost-usd', formatUsd(run.cost))
      .send(answerBody(run, wantsDetails(http)));
  }

  async #stream(run: RequestRun, includeUsage: boolean, { http, reply }: Exchange): Promise<void> {
    const frames = new OpenAiFrames(run, includeUsage);
    const stream = new SseStream({
      response: reply.raw,
      headers: () => {
        reply.hijack();
        return { ...(reply.getHeaders() as OutgoingHttpHeaders), ...Object.fromEntries(runHeaders(run)) };
      },
      keepAliveMs: this.settings.keepAliveMs,
      bufferBytes: this.settings.streamBufferBytes,
    });
    let opening = frames.opening();
    const text = (delta: string) => {
      const frame = opening + frames.text(delta);
      opening = '';
      return stream.send(frame);
    };
    try {
      await this.pipeline.execute(run, { text });
    } catch (error) {
      stream.close();
      if (stream.started) return stream.end(errorFrame(asWeirError(error)));
      for (const [name, value] of runHeaders(run)) reply.header(name, value);
      throw error;
    }
    const details = wantsDetails(http);
    const usage = includeUsage || details ? frames.usage(details) : '';
    stream.end(opening + frames.finish(run.finishReason ?? 'stop') + usage + DONE);
  }

  #callerOf({ call, principal, http }: Exchange): Caller {
    const { settings, source } = this;
    // An id that the client chose may come twice; what is billed once per id needs one of our own.
    const chosen = http.headers['x-request-id'] !== undefined;
    return {
      door: 'http',
      requestId: chosen ? source.uuid() : call.requestId,
      principal,
      trace: call.trace,
      signal: call.signal,
      deadline: call.startedAt + settings.requestTimeoutMs,
      doorMs: source.monotonic() - call.startedMonotonic,
    };
  }
}

function wantsDetails(http: FastifyRequest): boolean {
  return http.headers['x-weir-details'] === '1';
}
