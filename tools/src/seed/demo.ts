import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Home } from '../home/folder.js';
import { smollm2 } from '../model/smollm2.js';
import type { ControlPlane } from './control-plane.js';
import { ensureKeyLimits, ensurePrice, type WantedLimit } from './money.js';
import { ensureServed, type ServedModel } from './serving.js';
import { ensureKey, ensureTenant, type SeededKey, type Tenant } from './tenant.js';

const DEMO = 'demo';
const ROUTE = 'smollm2';
/** Long past, so that the price covers every request that may still be on its way to the ledger. */
const PRICE_SINCE = Date.UTC(2025, 0, 1);

const DEMO_LIMITS: readonly WantedLimit[] = [
  { dimension: 'requests', window: 'minute', amount: '600' },
  { dimension: 'tokens', window: 'minute', amount: '400000' },
  { dimension: 'money', window: 'month', amount: '100' },
];

export interface Demo extends Tenant {
  readonly route: string;
  readonly deploymentId: string;
  readonly admin: SeededKey;
  readonly demo: SeededKey;
}

/** What a first start puts in: a model to talk to, a tenant, two keys, a price and limits. Repeating it changes nothing. */
export async function seedDemo(control: ControlPlane, home: Home, modelFile: string): Promise<Demo> {
  const deploymentId = await ensureServed(control, localModel(modelFile));
  await ensurePrice(control, {
    model: smollm2.name,
    inputUsdPerMillion: '0.10',
    cachedInputUsdPerMillion: '0.05',
    outputUsdPerMillion: '0.40',
    validFromMs: PRICE_SINCE,
    source: 'demo price list',
  });
  return { ...(await seedTenant(control, home)), route: ROUTE, deploymentId };
}

/** The demo tenant with its admin key, without limits, and its demo key, with generous ones. */
export async function seedTenant(control: ControlPlane, home: Home): Promise<Omit<Demo, 'route' | 'deploymentId'>> {
  const tenant = await ensureTenant(control, DEMO);
  const { projectId } = tenant;
  const admin = await ensureKey(control, {
    name: 'admin',
    projectId,
    scopes: ['admin'],
    role: 'owner',
    file: join(home.keys, 'admin'),
  });
  const demo = await ensureKey(control, {
    name: DEMO,
    projectId,
    scopes: ['inference', 'usage.read'],
    role: 'member',
    file: join(home.keys, DEMO),
  });
  await ensureKeyLimits(control, demo.id, DEMO_LIMITS);
  return { ...tenant, admin, demo };
}

/** SmolLM2 in the engine of this machine, for eight requests at a time. */
export function localModel(file: string): ServedModel {
  const { name, description, license, source, quantization, contextTokens, sha256, sizeBytes } = smollm2;
  return {
    alias: ROUTE,
    model: { name, description, license },
    version: {
      format: 'gguf',
      source,
      quantization,
      contextTokens,
      artifacts: [{ path: 'model.gguf', uri: pathToFileURL(file).href, sha256, sizeBytes }],
    },
    engine: { kind: 'llamacpp', slots: 8, contextTokens: 2_048, maxQueue: 64, maxOutputTokens: 512 },
  };
}
