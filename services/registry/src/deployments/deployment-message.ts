import type { EngineSpecState, registryV1 } from '@weir/contracts';
import type { StoredDeployment } from './deployments.repository.js';

export function deploymentMessage({ object, revision, report }: StoredDeployment): registryV1.Deployment {
  return {
    id: object.id,
    name: object.name,
    modelName: object.model_name,
    version: object.version,
    engine: engineMessage(object.engine),
    desiredState: object.desired_state,
    reportedState: report.state,
    reportedReason: report.reason,
    reportedAtMs: report.atMs,
    revision,
  };
}

function engineMessage(engine: EngineSpecState): registryV1.EngineSpec {
  return {
    kind: engine.kind,
    slots: engine.slots,
    contextTokens: engine.context_tokens,
    maxQueue: engine.max_queue,
    maxOutputTokens: engine.max_output_tokens,
    baseUrl: engine.base_url,
    upstreamModel: engine.upstream_model,
    apiKeyRef: engine.api_key_ref,
    allowPrivateAddress: engine.allow_private_address,
  };
}
