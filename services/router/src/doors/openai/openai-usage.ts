import { formatUsd, type TokenUse } from '@weir/contracts';
import type { RequestRun } from '../../pipeline/request-run.js';

export function usageOf({ inputTokens, cachedInputTokens, outputTokens }: TokenUse) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens },
  };
}

/** What Weir did with a request, for callers that ask for it with `x-weir-details: 1`. */
export function weirDetails(run: RequestRun) {
  return {
    request_id: run.caller.requestId,
    trace_id: run.caller.trace?.traceId ?? null,
    deployment_id: run.target?.deploymentId ?? null,
    cost_usd: formatUsd(run.cost),
    price_id: run.target?.priceId ?? null,
    event: eventPlace(run),
    verdicts: run.verdicts.map(({ id, stage, action, detectors }) => ({ id, stage, action, detectors })),
    cut_reason: run.cutReason ?? null,
    degraded: [...run.degraded],
    stages_ms: run.clock.toRecord(),
  };
}

/** Where the event of the request lies: in Kafka, in the spool until Kafka is back, or nowhere. */
export function eventPlace({ receipt }: RequestRun) {
  if (!receipt) return null;
  if (receipt.stored === 'spool') return { stored: 'spool', id: receipt.id };
  const { topic, partition, offset, id } = receipt;
  return { stored: 'kafka', id, topic, partition, offset };
}
