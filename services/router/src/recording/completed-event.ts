import { formatUsd, type InferenceCompleted } from '@weir/contracts';
import { outcomeOf, type RequestRun } from '../pipeline/request-run.js';

/** The event of a finished request. What did not happen is absent, never a zero. */
export function completedEvent(run: RequestRun): InferenceCompleted {
  const { request, caller, target, use, error, endedAt, startedAt } = run;
  return {
    request_id: caller.requestId,
    organization_id: caller.principal.organizationId,
    project_id: caller.principal.projectId,
    api_key_id: caller.principal.apiKeyId,
    operation_name: request.operation,
    door: caller.door,
    request_model: request.model,
    response_model: target?.modelName,
    model_version: target?.modelVersion,
    deployment_id: target?.deploymentId,
    provider_name: target?.providerName,
    stream: request.stream,
    outcome: outcomeOf(run),
    finish_reasons: error ? [] : run.finishReasons,
    cut_reason: run.cutReason,
    error_code: error?.code,
    input_tokens: use.inputTokens,
    cached_input_tokens: use.cachedInputTokens,
    output_tokens: use.outputTokens,
    price_id: target?.priceId,
    cost_usd: formatUsd(run.cost),
    lease_id: run.reservation?.leaseId,
    policy: run.route?.policy || 'default',
    degraded: run.degraded.size > 0 ? [...run.degraded] : undefined,
    input_verdict_id: run.verdict('input')?.id,
    output_verdict_id: run.verdict('output')?.id,
    started_at: startedAt,
    ended_at: endedAt,
    time_to_first_token_ms: run.firstTextMs,
    duration_ms: run.elapsedMs,
    stages_ms: run.clock.toRecord(),
    trace_id: caller.trace?.traceId,
  };
}
