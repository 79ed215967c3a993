import type { RouteState } from '@weir/contracts';
import type { Candidate } from '../src/routing/candidates.js';
import {
  DEFAULT_FORM,
  DEFAULT_SAMPLING,
  type Caller,
  type InferenceRequest,
  type Turn,
} from '../src/pipeline/inference-request.js';
import type { TokenLogprob } from '../src/pipeline/choice-run.js';
import { RequestRun, type VerdictFacts } from '../src/pipeline/request-run.js';

export const sampleTurn = (content: string, extra: Partial<Turn> = {}): Turn => ({
  role: 'user',
  content,
  name: '',
  documents: [],
  toolCalls: [],
  toolCallId: '',
  ...extra,
});

export const sampleRequest: InferenceRequest = {
  operation: 'chat',
  model: 'tiny',
  prompts: [{ kind: 'chat', turns: [sampleTurn('hello')] }],
  sampling: { ...DEFAULT_SAMPLING, maxTokens: 5 },
  form: DEFAULT_FORM,
  stream: false,
  priority: 0,
  ttftSloMs: undefined,
  metadata: {},
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
  stage_policies: {},
  max_holdback_chars: 0,
  on_blocked_input: 'error',
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
    approval: '',
    isJudge: false,
    ...options.caller,
  };
  return new RequestRun({ ...sampleRequest, ...options.request }, caller, source);
}

export const sampleVerdict: VerdictFacts = {
  id: 'v',
  stage: 'output',
  action: 'allow',
  detectors: [],
  durationMs: 0,
  policies: [],
  filters: [],
  message: '',
  approvalRequest: '',
  incomplete: false,
};

/** A token as engines tell it, with alternatives by their text; null = the first one of a prompt. */
export function sampleToken(
  token: string,
  logprob: number | null = -0.5,
  top: Readonly<Record<string, number>> = {},
): TokenLogprob {
  const alternatives = Object.entries(top).map(([text, value]) => ({
    token: text,
    bytes: Buffer.from(text),
    logprob: value,
    id: 0,
  }));
  return { token, bytes: Buffer.from(token), logprob: logprob ?? undefined, top: alternatives, id: 0 };
}
