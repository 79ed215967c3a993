import type { DeploymentState, EngineSpecState, registryV1 } from '@weir/contracts';
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
    qualityOverride: object.quality_override && overrideMessage(object.quality_override),
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
    moreBaseUrls: engine.more_base_urls,
    maxQueuedTokens: engine.max_queued_tokens,
    idleUnloadSeconds: engine.idle_unload_seconds,
    shares: engine.shares.map((share) => ({
      tenant: share.tenant,
      nominalPercent: share.nominal_percent,
      borrowingPercent: share.borrowing_percent,
      weight: share.weight,
    })),
    usdPerHour: engine.usd_per_hour,
  };
}

function overrideMessage(given: NonNullable<DeploymentState['quality_override']>): registryV1.QualityOverride {
  return { reason: given.reason, decidedBy: given.decided_by, decidedAtMs: given.decided_at };
}
