import { GrpcHandlers } from '@weir/bootstrap';
import { engineV1 } from '@weir/contracts';
import type { Access, CallContext, Handlers, PartialResponseOf } from '@weir/grpc';
import { Deployment } from '../deployments/deployment.js';
import { DeploymentsService } from '../deployments/deployments.service.js';
import type { GenerationPart } from './generation.js';
import { parseGenerateRequest, parsePrompt } from './parse-request.js';

type Engine = typeof engineV1.EngineServiceDefinition;
type GenerateAnswer = PartialResponseOf<Engine['methods']['generate']>;

const callers = { services: ['router', 'evaluator', 'operator'] } as const;
const owners = { services: ['operator'], scope: 'admin' } as const;
const access: Access<Engine> = {
  generate: callers,
  countTokens: callers,
  loadDeployment: owners,
  unloadDeployment: owners,
  listDeployments: { ...owners, services: ['operator', 'router', 'registry', 'evaluator', 'monitor'] },
};

/** Serves weir.engine.v1. */
@GrpcHandlers(engineV1.EngineServiceDefinition, access)
export class EngineGrpc implements Handlers<Engine> {
  constructor(private readonly deployments: DeploymentsService) {}

  async *generate(message: engineV1.GenerateRequest, call: CallContext): AsyncGenerator<GenerateAnswer> {
    const deployment = this.deployments.get(message.deploymentId);
    const request = parseGenerateRequest(message);
    const { signal, deadline } = call;
    for await (const part of deployment.generate({ request, signal, deadline })) yield answerOf(part);
  }

  async countTokens(message: engineV1.CountTokensRequest) {
    const deployment = this.deployments.get(message.deploymentId);
    return { tokens: await deployment.countTokens(parsePrompt(message.prompt)) };
  }

  async loadDeployment({ deploymentId }: engineV1.LoadDeploymentRequest) {
    return { status: statusOf(await this.deployments.load(deploymentId)) };
  }

  async unloadDeployment({ deploymentId }: engineV1.UnloadDeploymentRequest) {
    return { status: statusOf(await this.deployments.unload(deploymentId)) };
  }

  async listDeployments() {
    return { deployments: this.deployments.all().map(statusOf) };
  }
}

function answerOf({ text, usage, finish }: GenerationPart): GenerateAnswer {
  if (!finish) return { text, usage };
  const { reason, queueMs, prefillMs, decodeMs } = finish;
  return { text, usage, finishReason: reason, times: { queueMs, prefillMs, decodeMs } };
}

function statusOf({ id, status, backend }: Deployment): engineV1.DeploymentStatus {
  const { running, waiting, slots, contextTokens } = backend;
  return { deploymentId: id, ...status, running, waiting, slots, contextTokens };
}
