import { registryV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { homeAt } from '../src/home/folder.js';
import { smollm2 } from '../src/model/smollm2.js';
import { localModel } from '../src/seed/demo.js';
import { ensureKeyLimits, ensurePrice, type WantedPrice } from '../src/seed/money.js';
import { memoryControlPlane } from './fixtures/memory-control-plane.js';
import { ensureServed } from '../src/seed/serving.js';
import { ensureTenant } from '../src/seed/tenant.js';

const here = localModel('/models/here.gguf');

describe('a served model', () => {
  it('is a model, a version with its digest, a running deployment and a route, made once', async () => {
    const control = memoryControlPlane();
    const first = await ensureServed(control, here);
    expect(await ensureServed(control, here)).toBe(first);
    const { models, versions, deployments, routes } = control.state;
    expect([models.size, versions.length, deployments.length, routes.size]).toEqual([1, 1, 1, 1]);
    expect(versions[0]?.artifacts).toEqual([
      { path: 'model.gguf', uri: 'file:///models/here.gguf', sha256: smollm2.sha256, sizeBytes: smollm2.sizeBytes },
    ]);
    expect(deployments[0]).toMatchObject({
      name: 'smollm2',
      desiredState: 'running',
      engine: { slots: 8, contextTokens: 2_048 },
    });
    expect(routes.get('smollm2')).toMatchObject({ policy: 'default', targets: [{ deploymentId: first, weight: 1 }] });
  });

  it('that moved gets a deployment of its own, and the route follows', async () => {
    const control = memoryControlPlane();
    await ensureServed(control, here);
    const second = await ensureServed(control, localModel('/models/there.gguf'));
    expect(control.state.deployments.map((deployment) => deployment.name)).toEqual(['smollm2', 'smollm2-v2']);
    expect(control.state.routes.get('smollm2')).toMatchObject({
      revision: 2,
      targets: [{ deploymentId: second, weight: 1 }],
    });
  });

  it('keeps what an operator changed', async () => {
    const control = memoryControlPlane();
    await ensureServed(control, here);
    const route = control.state.routes.get('smollm2');
    const changed = {
      ...registryV1.Route.fromPartial(route ?? {}),
      policy: 'strict',
      targets: [{ deploymentId: 'another', weight: 3 }],
    };
    control.state.routes.set('smollm2', changed);
    await ensureServed(control, here);
    expect(control.state.routes.get('smollm2')).toEqual(changed);
  });

  it('is found behind the first page', async () => {
    const control = memoryControlPlane();
    for (let other = 0; other < 120; other += 1) {
      await control.registry.createDeployment({ name: `other-${other}`, modelName: 'other', version: 1 });
    }
    const id = await ensureServed(control, here);
    expect(await ensureServed(control, here)).toBe(id);
  });
});

describe('tenant, price and limits', () => {
  const price: WantedPrice = {
    model: 'm',
    inputUsdPerMillion: '0.10',
    cachedInputUsdPerMillion: '0.05',
    outputUsdPerMillion: '0.40',
    source: 'test',
    validFromMs: 0,
  };

  it('are made once', async () => {
    const control = memoryControlPlane();
    const tenant = await ensureTenant(control, 'demo');
    expect(await ensureTenant(control, 'demo')).toEqual(tenant);
    await ensurePrice(control, price);
    await ensurePrice(control, { ...price, outputUsdPerMillion: '9' });
    expect(control.state.prices.map((known) => known.outputUsdPerMillion)).toEqual(['0.40']);
  });

  it('leaves a limit that is set and adds the one that is missing', async () => {
    const control = memoryControlPlane();
    const requests = { dimension: 'requests', window: 'minute' };
    await ensureKeyLimits(control, 'k', [{ ...requests, amount: '5' }]);
    await ensureKeyLimits(control, 'k', [
      { ...requests, amount: '600' },
      { dimension: 'money', window: 'month', amount: '100' },
    ]);
    expect(control.state.limits.map(({ dimension, amount, scopeId }) => `${scopeId} ${dimension} ${amount}`)).toEqual([
      'k requests 5',
      'k money 100',
    ]);
  });
});

describe('a home', () => {
  it('keeps everything below one folder', () => {
    const home = homeAt('/srv/weir');
    expect(Object.values(home).every((path) => path.startsWith('/srv/weir'))).toBe(true);
  });
});
