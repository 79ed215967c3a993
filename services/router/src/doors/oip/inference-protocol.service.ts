import { Injectable } from '@nestjs/common';
import { Readiness, RegistrySnapshot } from '@weir/bootstrap';
import type { DeploymentState, RouteState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallOptions, Principal } from '@weir/grpc';
import { DEFAULT_FORM, type Caller, type InferenceRequest } from '../../pipeline/inference-request.js';
import { PipelineService } from '../../pipeline/pipeline.service.js';
import type { RequestRun } from '../../pipeline/request-run.js';
import { isVisible } from '../../routing/candidates.js';
import { DeploymentStatesConsumer } from '../../routing/deployment-states.consumer.js';
import { ModelRepositoryClient } from './model-repository.client.js';
import type { InferParameters } from './parameters.js';
import { invalid, TEXT_MODEL } from './tensor.js';

export interface InferCall {
  readonly model: string;
  /** Empty = any. */
  readonly version: string;
  readonly text: string;
  readonly parameters: InferParameters;
}

/** The Open Inference Protocol in the words of the router: an alias is a model, the versions of its targets are its versions. */
@Injectable()
export class InferenceProtocolService {
  constructor(
    private readonly snapshot: RegistrySnapshot,
    private readonly states: DeploymentStatesConsumer,
    private readonly readiness: Readiness,
    private readonly pipeline: PipelineService,
    private readonly repository: ModelRepositoryClient,
  ) {}

  get isServerReady(): boolean {
    return this.readiness.problems().length === 0;
  }

  /** Whether a target answers now. @throws WeirError `model_not_found` */
  isModelReady(principal: Principal, model: string, version: string): boolean {
    return this.#targets(this.#route(principal, model), version).some(
      ({ id, desired_state }) => desired_state === 'running' && this.states.stateOf(id)?.state === 'ready',
    );
  }

  /** @throws WeirError `model_not_found` */
  metadata(principal: Principal, model: string, version: string) {
    const targets = this.#targets(this.#route(principal, model), version);
    const versions = [...new Set(targets.map((target) => target.version))].sort((a, b) => a - b).map(String);
    return { name: model, versions, platform: 'weir', ...TEXT_MODEL };
  }

  /** A run of the whole pipeline for one text. @throws WeirError for a version that the model does not have */
  begin(call: InferCall, caller: Caller, stream: boolean): RequestRun {
    const { model, version, text, parameters } = call;
    if (version !== '') this.#targets(this.#route(caller.principal, model), version);
    const request: InferenceRequest = {
      operation: 'text_completion',
      model,
      prompts: [{ kind: 'text', text }],
      sampling: parameters.sampling,
      form: DEFAULT_FORM,
      stream,
      priority: parameters.priority,
      ttftSloMs: undefined,
      metadata: {},
    };
    return this.pipeline.begin(request, caller);
  }

  load(principal: Principal, model: string, options: CallOptions): Promise<void> {
    return this.repository.load(this.#route(principal, model), { ...options, principal });
  }

  unload(principal: Principal, model: string, options: CallOptions): Promise<void> {
    return this.repository.unload(this.#route(principal, model), { ...options, principal });
  }

  #route(principal: Principal, model: string): RouteState {
    if (model === '') throw invalid('model_name', 'is missing');
    const route = this.snapshot.route(model);
    if (route && isVisible(route, principal)) return route;
    const message = `The model '${model}' does not exist or you do not have access to it.`;
    throw new WeirError('model_not_found', message, { param: 'model_name' });
  }

  /** Deployments of a version; of every version when none is named. */
  #targets(route: RouteState, version: string): DeploymentState[] {
    const all = route.targets.flatMap(({ deployment_id }) => this.snapshot.deployment(deployment_id) ?? []);
    if (version === '') return all;
    const found = all.filter((target) => String(target.version) === version);
    if (found.length > 0) return found;
    const message = `The model '${route.alias}' has no version ${version}.`;
    throw new WeirError('model_not_found', message, { param: 'model_version' });
  }
}

/** When a request that says how long it may take must have ended, in epoch milliseconds. */
export function deadlineOf(caller: Caller, now: number, { timeoutMs }: InferParameters): number {
  return timeoutMs === undefined ? caller.deadline : Math.min(caller.deadline, now + timeoutMs);
}

/** Version of the target that answered. */
export function versionOf(run: RequestRun): string {
  return run.target ? String(run.target.modelVersion) : '';
}
