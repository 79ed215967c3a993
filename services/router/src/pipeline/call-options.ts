import type { CallOptions } from '@weir/grpc';
import type { RequestRun } from './request-run.js';

/** What flows on with every call made for a request: its end, its id, its trace and on whose behalf. */
export function callOptionsOf({ caller }: RequestRun): CallOptions {
  return {
    signal: caller.signal,
    deadline: caller.deadline,
    requestId: caller.requestId,
    trace: caller.trace,
    principal: caller.principal,
  };
}
