import type { DeploymentState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { sampleRoute } from '../../test/sample-run.js';
import { candidatesOf, isVisible } from './candidates.js';

const price = { id: 'p', price: { inputPerMillion: 1n, cachedInputPerMillion: 1n, outputPerMillion: 1n } };
const deployment = (id: string, extra: Partial<DeploymentState> = {}): DeploymentState => ({
  kind: 'deployment',
  id,
  name: id,
  model_name: `model-${id}`,
  version: 2,
  engine: {
    kind: 'llamacpp',
    slots: 1,
    context_tokens: 512,
    max_queue: 1,
    max_output_tokens: 99,
    base_url: '',
    upstream_model: '',
    api_key_ref: '',
    allow_private_address: false,
    more_base_urls: [],
    max_queued_tokens: 0,
    idle_unload_seconds: 0,
    shares: [],
    usd_per_hour: '',
  },
  desired_state: 'running',
  created_at: 0,
  ...extra,
});

describe('isVisible', () => {
  const me = { organizationId: 'o', projectId: 'p' };
  it.each([
    ['of everybody', { organization_id: '' }, true],
    ['of the own organisation', { organization_id: 'o' }, true],
    ['of another organisation', { organization_id: 'x' }, false],
    ['of the own project', { organization_id: 'o', project_ids: ['p', 'q'] }, true],
    ['of another project', { organization_id: 'o', project_ids: ['q'] }, false],
    ['of everybody, for one project', { organization_id: '', project_ids: ['q'] }, false],
  ])('a route %s', (_, route, visible) => {
    expect(isVisible({ ...sampleRoute, ...route }, me)).toBe(visible);
  });
});

describe('candidatesOf', () => {
  const route = {
    ...sampleRoute,
    targets: ['a', 'b', 'c', 'gone'].map((deployment_id) => ({ deployment_id, weight: deployment_id === 'c' ? 0 : 3 })),
  };
  const find = (all: DeploymentState[], priced = (model: string) => (model === 'model-b' ? undefined : price)) =>
    candidatesOf(route, { deployment: (id) => all.find((each) => each.id === id), priceOf: priced });

  it('are the targets that run and have a price', () => {
    expect(find([deployment('a'), deployment('b'), deployment('c')])).toEqual({
      kind: 'found',
      candidates: [
        {
          deploymentId: 'a',
          weight: 3,
          modelName: 'model-a',
          modelVersion: 2,
          providerName: 'weir.llamacpp',
          contextTokens: 512,
          maxOutputTokens: 99,
          priceId: 'p',
          price: price.price,
        },
      ],
    });
  });

  it('tells what is missing: something that runs, or a price', () => {
    expect(find([deployment('a', { desired_state: 'stopped' }), deployment('c')]).kind).toBe('none_running');
    expect(find([deployment('b')]).kind).toBe('none_priced');
  });

  it('does not bound an upstream by a context that is not its own', () => {
    const { engine } = deployment('a');
    const found = find([deployment('a', { engine: { ...engine, kind: 'openai' } })]);
    expect(found).toMatchObject({ candidates: [{ providerName: 'openai', contextTokens: undefined }] });
  });
});
