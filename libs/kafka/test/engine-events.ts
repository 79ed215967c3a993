import type { EngineState } from '@weir/contracts';

export function someEngine(deployment: string): EngineState {
  return {
    deployment_id: deployment,
    state: 'ready',
    reason: '',
    slots: 4,
    context_tokens: 2048,
    artifact_sha256: '',
    breaker: 'closed',
    breaker_reason: '',
    device: '',
    reported_at: 1_700_000_000_000,
  };
}
