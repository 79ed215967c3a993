import { Inject } from '@nestjs/common';
import { GrpcHandlers, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { openInferenceV2 } from '@weir/contracts';
import { asWeirError } from '@weir/errors';
import type { Access, CallContext, CallOptions } from '@weir/grpc';
import { PipelineService } from '../../pipeline/pipeline.service.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../../router.config.js';
import { callerOf, deltasOf, principalOf, sendHeaders, sendTrailers } from '../grpc/grpc-exchange.js';
import { inferResponse, readInferRequest } from './grpc-infer.js';
import { deadlineOf, InferenceProtocolService, versionOf } from './inference-protocol.service.js';
import { SERVER } from './server-metadata.js';

type Definition = typeof openInferenceV2.GRPCInferenceServiceDefinition;

const open = { open: true } as const;
const use = { scope: 'inference' } as const;
const own = { scope: 'admin' } as const;
const access: Access<Definition> = {
  serverLive: open,
  serverReady: open,
  serverMetadata: open,
  modelReady: use,
  modelMetadata: use,
  modelInfer: use,
  modelStreamInfer: use,
  repositoryModelLoad: own,
  repositoryModelUnload: own,
};

/** Serves inference.GRPCInferenceService, the Open Inference Protocol over gRPC. */
@GrpcHandlers(openInferenceV2.GRPCInferenceServiceDefinition, access)
export class InferenceProtocolGrpc {
  constructor(
    private readonly protocol: InferenceProtocolService,
    private readonly pipeline: PipelineService,
    @Inject(SOURCE) readonly source: Source,
    @Inject(ROUTER_SETTINGS) readonly settings: RouterSettings,
  ) {}

  async serverLive() {
    return { live: true };
  }

  async serverReady() {
    return { ready: this.protocol.isServerReady };
  }

  async serverMetadata() {
    return { ...SERVER, extensions: [...SERVER.extensions] };
  }

  async modelReady({ name, version }: openInferenceV2.ModelReadyRequest, call: CallContext) {
    return { ready: this.protocol.isModelReady(principalOf(call), name, version) };
  }

  async modelMetadata({ name, version }: openInferenceV2.ModelMetadataRequest, call: CallContext) {
    const { inputs, outputs, ...model } = this.protocol.metadata(principalOf(call), name, version);
    return { ...model, inputs: inputs.map(writable), outputs: outputs.map(writable) };
  }

  async modelInfer(request: openInferenceV2.ModelInferRequest, call: CallContext) {
    const run = this.#begin(request, call, false);
    try {
      await this.pipeline.execute(run);
    } finally {
      sendHeaders(run, call);
      sendTrailers(run, call);
    }
    return inferResponse(request, versionOf(run), run.choices[0]?.text ?? '');
  }

  async *modelStreamInfer(requests: AsyncIterable<openInferenceV2.ModelInferRequest>, call: CallContext) {
    for await (const request of requests) yield* this.#streamOne(request, call);
  }

  async repositoryModelLoad(request: openInferenceV2.RepositoryModelLoadRequest, call: CallContext) {
    const modelName = request.modelName || request.repositoryName;
    await this.protocol.load(principalOf(call), modelName, onward(call));
    return { modelName, isLoaded: true };
  }

  async repositoryModelUnload(request: openInferenceV2.RepositoryModelUnloadRequest, call: CallContext) {
    const modelName = request.modelName || request.repositoryName;
    await this.protocol.unload(principalOf(call), modelName, onward(call));
    return { modelName, isUnloaded: true };
  }

  /** A failure of one request is told in its place, so that the stream goes on with the next one. */
  async *#streamOne(request: openInferenceV2.ModelInferRequest, call: CallContext) {
    try {
      const run = this.#begin(request, call, true);
      for await (const { text } of deltasOf(this.pipeline, run)) {
        yield { inferResponse: inferResponse(request, versionOf(run), text) };
      }
    } catch (error) {
      const failure = asWeirError(error);
      yield { errorMessage: `${failure.code}: ${failure.message}`, inferResponse: { id: request.id } };
    }
  }

  #begin(request: openInferenceV2.ModelInferRequest, call: CallContext, stream: boolean) {
    const infer = readInferRequest(request);
    const caller = callerOf(call, this);
    const deadline = deadlineOf(caller, this.source.now(), infer.parameters);
    return this.protocol.begin(infer, { ...caller, deadline }, stream);
  }
}

function onward({ signal, deadline, requestId, trace }: CallContext): CallOptions {
  return { signal, deadline, requestId, trace };
}

const writable = (tensor: { readonly name: string; readonly datatype: string; readonly shape: readonly number[] }) => ({
  ...tensor,
  shape: [...tensor.shape],
});
