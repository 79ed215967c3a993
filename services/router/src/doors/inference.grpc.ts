import { Inject } from '@nestjs/common';
import { GrpcHandlers, RegistrySnapshot, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { formatUsd, inferenceV1, type Scope } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext, Principal } from '@weir/grpc';
import { TextFeed } from '../guarding/text-feed.js';
import type { Caller } from '../pipeline/inference-request.js';
import { PipelineService } from '../pipeline/pipeline.service.js';
import type { RequestRun } from '../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { readChatInput } from './chat-input.js';
import { visibleModels } from './models.js';
import { answerId } from './openai/openai-answer.js';
import { eventPlace, weirDetails } from './openai/openai-usage.js';
import { runHeaders } from './run-headers.js';

const access = { services: ['evaluator' as const], scope: 'inference' as Scope };

/** The gRPC door for applications; the same pipeline as the HTTP door. */
@GrpcHandlers(inferenceV1.InferenceServiceDefinition, { chat: access, chatStream: access, listModels: access })
export class InferenceGrpc {
  constructor(
    private readonly pipeline: PipelineService,
    private readonly snapshot: RegistrySnapshot,
    @Inject(SOURCE) private readonly source: Source,
    @Inject(ROUTER_SETTINGS) private readonly settings: RouterSettings,
  ) {}

  async chat({ input }: inferenceV1.ChatRequest, call: CallContext) {
    const run = this.pipeline.begin(readChatInput(input, false), this.#callerOf(call));
    try {
      await this.pipeline.execute(run);
    } finally {
      sendHeaders(run, call);
      sendTrailers(run, call);
    }
    return { ...answerOf(run), message: { role: 'assistant', content: run.text }, ...endOf(run) };
  }

  async *chatStream({ input }: inferenceV1.ChatStreamRequest, call: CallContext) {
    const run = this.pipeline.begin(readChatInput(input, true), this.#callerOf(call));
    const feed = new TextFeed();
    const ended = this.pipeline
      .execute(run, { text: (delta) => feed.push(delta) })
      .then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      .finally(() => feed.end());
    try {
      for await (const delta of feed) {
        if (call.responseHeaders.size === 0) sendHeaders(run, call);
        yield { ...answerOf(run), delta };
      }
      const failure = await ended;
      if (failure) throw failure.error;
      yield { ...answerOf(run), delta: '', ...endOf(run) };
    } finally {
      feed.restart();
      await ended;
      if (call.responseHeaders.size === 0) sendHeaders(run, call);
      sendTrailers(run, call);
    }
  }

  async listModels(_request: inferenceV1.ListModelsRequest, call: CallContext) {
    const models = visibleModels(this.snapshot.routes(), principalOf(call));
    return { models: models.map(({ id, created, owned_by: ownedBy }) => ({ id, created, ownedBy })) };
  }

  #callerOf(call: CallContext): Caller {
    return {
      door: 'grpc',
      // The call's id may be chosen by its client and come twice; what is billed once per id needs one of our own.
      requestId: this.source.uuid(),
      principal: principalOf(call),
      trace: call.trace,
      signal: call.signal,
      deadline: call.deadline ?? this.source.now() + this.settings.requestTimeoutMs,
      doorMs: 0,
    };
  }
}

/** A service that calls without a principal has nobody to bill. */
function principalOf({ principal }: CallContext): Principal {
  if (!principal) throw new WeirError('missing_api_key', 'This call needs an API key.');
  return principal;
}

function answerOf(run: RequestRun) {
  return { id: answerId(run), model: run.request.model };
}

function endOf(run: RequestRun) {
  return { finishReason: run.finishReason ?? 'stop', usage: run.use, costUsd: formatUsd(run.cost) };
}

function sendHeaders(run: RequestRun, call: CallContext): void {
  for (const [name, value] of runHeaders(run)) if (name !== 'server-timing') call.responseHeaders.set(name, value);
}

function sendTrailers(run: RequestRun, call: CallContext): void {
  call.responseTrailers.set('server-timing', run.clock.header());
  if (call.metadata.get('x-weir-details') !== '1') return;
  call.responseTrailers.set('x-weir-event', JSON.stringify(eventPlace(run)));
  call.responseTrailers.set('x-weir-details', JSON.stringify(weirDetails(run)));
}
