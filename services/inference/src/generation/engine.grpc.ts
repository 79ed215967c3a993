import { GrpcHandlers } from '@weir/bootstrap';
import { engineV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Access, CallContext, Handlers } from '@weir/grpc';
import { DeploymentsService } from '../deployments/deployments.service.js';
import { answerOf, statusOf, type GenerateAnswer } from './engine-messages.js';
import { invalid } from './invalid-request.js';
import { parseGenerateRequest, parseInputs, parsePrompt } from './parse-request.js';

type Engine = typeof engineV1.EngineServiceDefinition;

const callers = { services: ['router', 'evaluator', 'operator'] } as const;
const owners = { services: ['operator'], scope: 'admin' } as const;
/** The router passes on what owners ask for at its doors. */
const passedOn = { services: ['operator', 'router'], scope: 'admin' } as const;
const access: Access<Engine> = {
  generate: callers,
  countTokens: callers,
  embed: callers,
  tokenize: callers,
  detokenize: callers,
  getTokenizer: callers,
  loadDeployment: passedOn,
  unloadDeployment: passedOn,
  isolateDeployment: owners,
  releaseDeployment: owners,
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

  async embed({ deploymentId, tenant, inputs }: engineV1.EmbedRequest, { signal, deadline }: CallContext) {
    const deployment = this.deployments.get(deploymentId);
    const { vectors, inputTokens } = await deployment.embed({ tenant, inputs: parseInputs(inputs), signal, deadline });
    return { embeddings: vectors.map((values) => ({ values: [...values] })), inputTokens };
  }

  async tokenize(message: engineV1.TokenizeRequest) {
    const { backend } = this.deployments.get(message.deploymentId);
    const { prompt, addSpecialTokens } = message;
    // An empty text is a text with no tokens.
    const parsed = prompt?.$case === 'text' ? { kind: 'text' as const, text: prompt.value } : parsePrompt(prompt);
    const tokens = await backend.tokenize(parsed, addSpecialTokens);
    return { tokens: [...tokens], contextTokens: backend.contextTokens };
  }

  async detokenize({ deploymentId, tokens }: engineV1.DetokenizeRequest) {
    return { text: await this.deployments.get(deploymentId).backend.detokenize(tokens) };
  }

  async getTokenizer({ deploymentId }: engineV1.GetTokenizerRequest) {
    return this.deployments.get(deploymentId).backend.tokenizer();
  }

  async loadDeployment({ deploymentId }: engineV1.LoadDeploymentRequest, call: CallContext) {
    requireOwner(call);
    return { status: statusOf(await this.deployments.load(deploymentId)) };
  }

  async unloadDeployment({ deploymentId }: engineV1.UnloadDeploymentRequest, call: CallContext) {
    requireOwner(call);
    return { status: statusOf(await this.deployments.unload(deploymentId)) };
  }

  async isolateDeployment({ deploymentId, reason }: engineV1.IsolateDeploymentRequest, call: CallContext) {
    if (reason.trim() === '') throw invalid('reason', 'is missing');
    const deployment = this.deployments.get(deploymentId);
    deployment.isolate(reason, callerOf(call));
    return { status: statusOf(deployment) };
  }

  async releaseDeployment({ deploymentId }: engineV1.ReleaseDeploymentRequest, call: CallContext) {
    const deployment = this.deployments.get(deploymentId);
    deployment.release(callerOf(call));
    return { status: statusOf(deployment) };
  }

  async listDeployments() {
    return { deployments: this.deployments.all().map(statusOf) };
  }
}

/** What the router passes on needs a key that may do it. */
function requireOwner({ peer, principal }: CallContext): void {
  if (peer.kind !== 'service' || peer.name !== 'router' || principal?.scopes.includes('admin')) return;
  throw new WeirError('permission_denied', 'Loading and unloading need an API key with the scope admin.');
}

function callerOf({ peer, principal }: CallContext): string {
  if (principal) return `key ${principal.apiKeyId}`;
  return peer.kind === 'service' ? peer.name : peer.kind;
}
