import { guardrailsV1 } from '@weir/contracts';
import type { Principal } from '@weir/grpc';
import type { TraceContext } from '@weir/telemetry';

/** What every door knows of a call, over HTTP or gRPC. */
export interface DoorCall {
  readonly requestId: string;
  readonly trace: TraceContext | undefined;
  readonly signal: AbortSignal;
  readonly principal: Principal | undefined;
}

/** Whom a decision of this call is recorded for. */
export function subjectOf({ requestId, principal }: DoorCall, model = ''): guardrailsV1.Subject {
  return {
    requestId,
    organizationId: principal?.organizationId ?? '',
    projectId: principal?.projectId ?? '',
    apiKeyId: principal?.apiKeyId ?? '',
    model,
  };
}
