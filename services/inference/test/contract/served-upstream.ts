import { settingsWith, systemSource, type Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { eventually, silentLogger, type FakeUpstream } from '@weir/testing';
import type { EndpointStatus } from '../../src/deployments/engine-backend.js';
import { inferenceSettings, type InferenceSettings } from '../../src/inference.config.js';
import { UpstreamBackend } from '../../src/upstream/upstream-backend.js';
import { deploymentOf } from '../fixtures.js';

export interface ServedOptions {
  readonly engine?: Partial<DeploymentState['engine']>;
  readonly settings?: Partial<InferenceSettings>;
  readonly source?: Source;
}

export interface ServedUpstream extends AsyncDisposable {
  readonly backend: UpstreamBackend;
  /** Answers without usage, or with a wrong one. */
  readonly usageMissing: number;
  /** What the backend told of its addresses last. */
  readonly told: readonly EndpointStatus[] | undefined;
}

/** A backend for fake upstreams, started: the first is its address, the others are further ones. */
export async function serveUpstreams(
  fakes: readonly FakeUpstream[],
  options: ServedOptions = {},
): Promise<ServedUpstream> {
  const { engine, settings = {}, source = systemSource } = options;
  const [base_url = '', ...more_base_urls] = fakes.map((fake) => fake.baseUrl);
  const seen = { usageMissing: 0, told: undefined as readonly EndpointStatus[] | undefined };
  const backend = new UpstreamBackend({
    deployment: deploymentOf({
      kind: 'openai',
      base_url,
      more_base_urls,
      upstream_model: 'fake-model',
      allow_private_address: true,
      ...engine,
    }),
    contextTokens: 4_096,
    settings: settingsWith(inferenceSettings, settings),
    secrets: { env: { FAKE_API_KEY: 'sk-hush' }, directory: '/nowhere' },
    source,
    logger: silentLogger,
    onStatus: () => undefined,
    onLoadChange: () => undefined,
    onUsageMissing: () => seen.usageMissing++,
    onEndpoints: (endpoints) => (seen.told = endpoints),
  });
  backend.start();
  await eventually(() => backend.status.state !== 'loading');
  return {
    backend,
    get usageMissing() {
      return seen.usageMissing;
    },
    get told() {
      return seen.told;
    },
    [Symbol.asyncDispose]: () => backend.stop(),
  };
}
