import { rateHeaders } from './rate-headers.js';
import type { RequestRun } from '../pipeline/request-run.js';

/** Headers that every answer of the pipeline carries, also a refusal, as far as the request came. */
export function runHeaders(run: RequestRun): [string, string][] {
  const headers = rateHeaders(run.windows);
  headers.push(['x-weir-request-id', run.caller.requestId], ['server-timing', run.clock.header()]);
  if (run.caller.trace) headers.push(['x-trace-id', run.caller.trace.traceId]);
  if (run.degraded.size > 0) headers.push(['x-weir-degraded', [...run.degraded].join(', ')]);
  if (run.guardState?.downgraded) headers.push(['x-weir-downgraded', 'true']);
  const dropped = droppedReason(run);
  if (dropped) headers.push([DROPPED_HEADER, dropped]);
  return headers;
}

/** Why an engine did not take or keep a request, in the words of llm-d: `rejected-saturated`, `evicted-priority` … */
export const DROPPED_HEADER = 'x-llm-d-request-dropped-reason';

export function droppedReason({ error }: RequestRun): string | undefined {
  const reason = error?.details['dropped_reason'];
  return typeof reason === 'string' && /^[a-z-]{1,64}$/.test(reason) ? reason : undefined;
}
