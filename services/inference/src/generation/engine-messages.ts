import type { engineV1 } from '@weir/contracts';
import type { PartialResponseOf } from '@weir/grpc';
import type { Deployment } from '../deployments/deployment.js';
import type { GenerationPart, TokenLogprob } from './generation.js';

export type GenerateAnswer = PartialResponseOf<typeof engineV1.EngineServiceDefinition.methods.generate>;

/** A part as it crosses the wire. */
export function answerOf(part: GenerationPart): GenerateAnswer {
  const { text, usage, finish } = part;
  const answer: GenerateAnswer = { text, usage };
  if (part.reasoning) answer.reasoning = part.reasoning;
  if (part.logprobs) answer.logprobs = part.logprobs.map(logprobMessage);
  if (part.promptLogprobs) answer.promptLogprobs = part.promptLogprobs.map(logprobMessage);
  if (part.toolCalls) answer.toolCalls = [...part.toolCalls];
  if (!finish) return answer;
  const { reason, queueMs, prefillMs, decodeMs } = finish;
  return { ...answer, finishReason: reason, times: { queueMs, prefillMs, decodeMs } };
}

function logprobMessage({ id, token, bytes, logprob, top }: TokenLogprob) {
  return {
    id,
    token,
    bytes: Buffer.from(bytes),
    logprob,
    top: top.map((other) => ({ ...other, bytes: Buffer.from(other.bytes) })),
  };
}

export function statusOf({ id, status, breakerStatus, quarantined, backend }: Deployment): engineV1.DeploymentStatus {
  const { running, waiting, slots, contextTokens, capacity, endpoints, device } = backend;
  return {
    deploymentId: id,
    ...status,
    running,
    waiting,
    slots,
    contextTokens,
    waitingTokens: capacity.queuedTokens,
    kvUsage: capacity.kvUsage,
    breaker: breakerStatus.state,
    breakerReason: breakerStatus.reason,
    endpoints: [...endpoints],
    device,
    quarantined,
  };
}
