import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { Access, CurrentCall, CurrentPrincipal, ErrorBody, type HttpCall, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { formatUsd } from '@weir/contracts';
import { asWeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InferenceRequest } from '../pipeline/inference-request.js';
import { PipelineService } from '../pipeline/pipeline.service.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import type { AnswerDelta } from '../routing/attempt.js';
import { callerOf, eventStream, wantsDetails, withSlo, type Exchange } from './http-exchange.js';
import { readChatBody, type ReadBody } from './openai/chat-body.js';
import { readCompletionBody } from './openai/completion-body.js';
import { embeddingBody } from './openai/embedding-answer.js';
import { readEmbeddingBody } from './openai/embedding-body.js';
import { answerBody } from './openai/openai-answer.js';
import { openAiDoorError } from './openai-error.js';
import { DONE, errorFrame, OpenAiFrames } from './openai/openai-frames.js';
import { runHeaders } from './run-headers.js';

/** The OpenAI API: POST /v1/chat/completions, POST /v1/completions and POST /v1/embeddings. */
@Controller('v1')
@Access({ scope: 'inference' })
@ErrorBody(openAiDoorError)
export class OpenAiHttp {
  constructor(
    private readonly pipeline: PipelineService,
    @Inject(SOURCE) readonly source: Source,
    @Inject(ROUTER_SETTINGS) readonly settings: RouterSettings,
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
    await this.#answer(readChatBody(body), { call, principal, http, reply });
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
    await this.#answer(readCompletionBody(body), { call, principal, http, reply });
  }

  @Post('embeddings')
  @HttpCode(200)
  async embedding(
    @Body() body: unknown,
    @CurrentCall() call: HttpCall,
    @CurrentPrincipal() principal: Principal,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { request, encoding } = readEmbeddingBody(body);
    const exchange = { call, principal, http, reply };
    await this.#complete(this.#begin(request, exchange), exchange, (run, details) =>
      embeddingBody(run, encoding, details),
    );
  }

  #answer({ request, includeUsage }: ReadBody, exchange: Exchange): Promise<void> {
    const run = this.#begin(withSlo(request, exchange.http.headers), exchange);
    return request.stream ? this.#stream(run, includeUsage, exchange) : this.#complete(run, exchange, answerBody);
  }

  #begin(request: InferenceRequest, exchange: Exchange): RequestRun {
    return this.pipeline.begin(request, callerOf(exchange, this));
  }

  async #complete(
    run: RequestRun,
    { http, reply }: Exchange,
    bodyOf: (run: RequestRun, details: boolean) => string,
  ): Promise<void> {
    try {
      await this.pipeline.execute(run);
    } finally {
      for (const [name, value] of runHeaders(run)) reply.header(name, value);
    }
    await reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('x-weir-cost-usd', formatUsd(run.cost))
      .send(bodyOf(run, wantsDetails(http)));
  }

  async #stream(run: RequestRun, includeUsage: boolean, { http, reply }: Exchange): Promise<void> {
    const frames = new OpenAiFrames(run, includeUsage);
    const stream = eventStream(run, reply, this.settings);
    let opening = frames.opening();
    const delta = (piece: AnswerDelta) => {
      const frame = opening + frames.delta(piece);
      opening = '';
      return stream.send(frame);
    };
    try {
      await this.pipeline.execute(run, { delta });
    } catch (error) {
      stream.close();
      if (stream.started) return stream.end(errorFrame(asWeirError(error)));
      for (const [name, value] of runHeaders(run)) reply.header(name, value);
      throw error;
    }
    const details = wantsDetails(http);
    const usage = includeUsage || details ? frames.usage(details) : '';
    stream.end(opening + frames.finish() + usage + DONE);
  }
}
