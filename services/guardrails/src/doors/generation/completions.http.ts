import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { Access, CurrentCall, ErrorBody, RawBody, type HttpCall } from '@weir/bootstrap';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { DoorTraffic } from '../door-traffic.service.js';
import { readRaw } from '../wire/raw-body.http.js';
import { chatCompletionBody, textCompletionBody, type GuardedCompletion } from './completion-bodies.js';
import { CompletionService } from './completion.service.js';
import { orchestratorError } from '../orchestrator/orchestrator-error.js';
import { DONE, withEvents } from './server-events.http.js';

type RawBytes = Buffer | undefined;

/** Completions with detections, in the orchestrator's form of the OpenAI API. */
@Controller('api/v2')
@Access({ scope: 'inference' })
@ErrorBody(orchestratorError)
export class CompletionsHttp {
  constructor(
    private readonly completions: CompletionService,
    private readonly traffic: DoorTraffic,
  ) {}

  @Post('chat/completions-detection')
  @HttpCode(200)
  @RawBody()
  chat(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(chatCompletionBody, bytes, call, reply);
  }

  @Post('text/completions-detection')
  @HttpCode(200)
  @RawBody()
  text(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(textCompletionBody, bytes, call, reply);
  }

  #answer(schema: z.ZodType<GuardedCompletion>, bytes: RawBytes, call: HttpCall, reply: FastifyReply): Promise<void> {
    return withEvents(reply, DONE, (send) =>
      this.traffic.countStrict('orchestrator', async () => {
        const request = readRaw(schema, bytes);
        if (request.stream) return send(this.completions.stream(request, call));
        await reply.send(await this.completions.complete(request, call));
      }),
    );
  }
}
