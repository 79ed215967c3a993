import { registryV1, type DeploymentState } from '@weir/contracts';
import { expect, it } from 'vitest';
import { stored } from '../changes/stored.js';
import { deploymentMessage } from './deployment-message.js';

const object: DeploymentState = {
  kind: 'deployment',
  id: 'd1',
  name: 'remote',
  model_name: 'gpt',
  version: 2,
  engine: {
    kind: 'openai',
    slots: 8,
    context_tokens: 2048,
    max_queue: 16,
    max_output_tokens: 256,
    base_url: 'https://api.example.com/v1',
    upstream_model: 'gpt-4.1-mini',
    api_key_ref: 'env:UPSTREAM_KEY',
    allow_private_address: true,
  },
  desired_state: 'stopped',
  created_at: 1,
};

it('a deployment keeps every field over the wire', () => {
  const report = { state: 'failed', reason: 'artifact_mismatch', atMs: 1_700_000_000_000 };
  const message = deploymentMessage({ ...stored(object, 4), report });
  expect(registryV1.Deployment.decode(registryV1.Deployment.encode(message).finish())).toEqual({
    id: 'd1',
    name: 'remote',
    modelName: 'gpt',
    version: 2,
    engine: {
      kind: 'openai',
      slots: 8,
      contextTokens: 2048,
      maxQueue: 16,
      maxOutputTokens: 256,
      baseUrl: 'https://api.example.com/v1',
      upstreamModel: 'gpt-4.1-mini',
      apiKeyRef: 'env:UPSTREAM_KEY',
      allowPrivateAddress: true,
    },
    desiredState: 'stopped',
    reportedState: 'failed',
    reportedReason: 'artifact_mismatch',
    reportedAtMs: 1_700_000_000_000,
    revision: 4,
  });
});
