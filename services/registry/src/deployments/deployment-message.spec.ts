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
    more_base_urls: ['https://b.example.com/v1'],
    max_queued_tokens: 20_000,
    idle_unload_seconds: 600,
    shares: [{ tenant: 't1', nominal_percent: 50, borrowing_percent: 25, weight: 2 }],
    usd_per_hour: '1.25',
  },
  desired_state: 'stopped',
  quality_override: { reason: 'a demo', decided_by: 'operator', decided_at: 7 },
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
      moreBaseUrls: ['https://b.example.com/v1'],
      maxQueuedTokens: 20_000,
      idleUnloadSeconds: 600,
      shares: [{ tenant: 't1', nominalPercent: 50, borrowingPercent: 25, weight: 2 }],
      usdPerHour: '1.25',
    },
    desiredState: 'stopped',
    reportedState: 'failed',
    reportedReason: 'artifact_mismatch',
    reportedAtMs: 1_700_000_000_000,
    revision: 4,
    qualityOverride: { reason: 'a demo', decidedBy: 'operator', decidedAtMs: 7 },
  });
});
