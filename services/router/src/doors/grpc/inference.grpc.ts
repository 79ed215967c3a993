import { Inject } from '@nestjs/common';
import { GrpcHandlers, RegistrySnapshot, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { inferenceV1, type Scope } from '@weir/contracts';
import type { CallContext } from '@weir/grpc';
import type { InferenceRequest } from '../../pipeline/inference-request.js';
import { PipelineService } from '../../pipeline/pipeline.service.js';
import type { RequestRun } from '../../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../../router.config.js';
import { visibleModels } from '../models.js';
import { readChatInput, readEmbedInput } from './chat-input.js';
import { chatResponse, deltaMessage, embedResponse, lastMessages } from './grpc-answer.js';
import { callerOf, deltasOf, principalOf, sendHeaders, sendTrailers } from './grpc-exchange.js';

const access = { services: ['evaluator' as const], scope: 'inference' as Scope };
/** Guardrails asks models to judge. */
const chatAccess = { ...access, services: [...access.services, 'guardrails' as const] };

/** The gRPC door for applications; the same pipeline as the HTTP door. */
@GrpcHandlers(inferenceV1.InferenceServiceDefinition, {
  chat: chatAccess,
  chatStream: access,
  embed: access,
  listModels: access,
})
export class InferenceGrpc {
  constructor(
    private readonly pipeline: PipelineService,
    private readonly snapshot: RegistrySnapshot,
    @Inject(SOURCE) readonly source: Source,
    @Inject(ROUTER_SETTINGS) readonly settings: RouterSettings,
  ) {}

  async chat({ input }: inferenceV1.ChatRequest, call: CallContext) {
    return chatResponse(await this.#complete(readChatInput(input, false), call));
  }

  async *chatStream({ input }: inferenceV1.ChatStreamRequest, call: CallContext) {
    const run = this.pipeline.begin(readChatInput(input, true), callerOf(call, this));
    try {
      for await (const delta of deltasOf(this.pipeline, run)) {
        sendHeaders(run, call);
        yield deltaMessage(run, delta);
      }
      yield* lastMessages(run);
    } finally {
      sendHeaders(run, call);
      sendTrailers(run, call);
    }
  }

  async embed(request: inferenceV1.EmbedRequest, call: CallContext) {
    return embedResponse(await this.#complete(readEmbedInput(request), call));
  }

  async listModels(_request: inferenceV1.ListModelsRequest, call: CallContext) {
    const models = visibleModels(this.snapshot.routes(), principalOf(call));
    return { models: models.map(({ id, created, owned_by: ownedBy }) => ({ id, created, ownedBy })) };
  }

  async #complete(request: InferenceRequest, call: CallContext): Promise<RequestRun> {
    const run = this.pipeline.begin(request, callerOf(call, this));
    try {
      await this.pipeline.execute(run);
      return run;
    } finally {
      sendHeaders(run, call);
      sendTrailers(run, call);
    }
  }
}
