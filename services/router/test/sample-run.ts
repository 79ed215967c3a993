import type { RouteState } from '@weir/contracts';
import type { Candidate } from '../src/routing/candidates.js';
import type { Caller, InferenceRequest } from '../src/pipeline/inference-request.js';
import { RequestRun } from '../src/pipeline/request-run.js';

export const sampleRequest: InferenceRequest = {
  model: 'tiny',
  prompt: { kind: 'chat', turns: [{ role: 'user', content: 'hello', name: '' }] },
  sampling: { maxTokens: 5, temperature: undefined, topP: undefined, seed: undefined, stop: [] },
  stream: false,
};

export const sampleCandidate: Candidate = {
  deploymentId: 'd1',
  weight: 1,
  modelName: 'registry-model',
  modelVersion: 3,
  providerName: 'weir.llamacpp',
  contextTokens: 2048,
  maxOutputTokens: 64,
  priceId: 'price-1',
  price: { inputPerMillion: 1_000_000n, cachedInputPerMillion: 500_000n, outputPerMillion: 2_000_000n },
};

export const sampleRoute: RouteState = {
  kind: 'route',
  id: 'r',
  alias: 'tiny',
  targets: [{ deployment_id: 'd1', weight: 1 }],
  policy: '',
  on_guardrails_error: 'closed',
  organization_id: 'o',
  project_ids: [],
  created_at: 0,
};

export function sampleRun(options: { request?: Partial<InferenceRequest>; caller?: Partial<Caller> } = {}): RequestRun {
  const source = { now: () => 1_700_000_000_500, monotonic: () => 1_000 };
  const caller: Caller = {
    door: 'http',
    requestId: '018f0000-0000-7000-8000-000000000001',
    principal: {
      apiKeyId: 'k',
      projectId: 'p',
      organizationId: 'o',
      scopes: ['inference'],
      role: 'member',
      onBillingError: 'closed',
    },
    trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true },
    signal: new AbortController().signal,
    deadline: source.now() + 60_000,
    doorMs: 1.5,
    ...options.caller,
  };
  return new RequestRun({ ...sampleRequest, ...options.request }, caller, source);
}
