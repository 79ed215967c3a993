import type { Home } from '../home/folder.js';
import { waitForDeployment } from '../installation/model-ready.js';
import type { ControlPlane } from '../seed/control-plane.js';
import { localModel, seedTenant } from '../seed/demo.js';
import { ensurePrice } from '../seed/money.js';
import { ensureServed, type ServedModel } from '../seed/serving.js';
import type { SeededKey, Tenant } from '../seed/tenant.js';

const MODEL_READY_WITHIN_MS = 60_000;

export interface Seeded extends Tenant {
  /** Without limits; scope `admin`. */
  readonly admin: SeededKey;
  /** With the limits of the demo; scopes `inference` and `usage.read`. */
  readonly demo: SeededKey;
  /** Deployment of each alias. */
  readonly deployments: Readonly<Record<string, string>>;
}

/** A tenant with two keys, and models that are ready, each with a price: 0.10, 0.05 and 0.40 USD per million tokens. */
export async function seedConstellation(
  control: ControlPlane,
  home: Home,
  served: readonly ServedModel[] = [localModel(process.env.WEIR_TEST_MODEL ?? '')],
): Promise<Seeded> {
  const tenant = await seedTenant(control, home);
  const deployments: Record<string, string> = {};
  for (const model of served) {
    deployments[model.alias] = await ensureServed(control, model);
    await ensurePrice(control, {
      model: model.model.name,
      inputUsdPerMillion: '0.10',
      cachedInputUsdPerMillion: '0.05',
      outputUsdPerMillion: '0.40',
      validFromMs: Date.UTC(2025, 0, 1),
      source: 'test price list',
    });
  }
  for (const id of Object.values(deployments)) await waitForDeployment(control, id, MODEL_READY_WITHIN_MS);
  return { ...tenant, deployments };
}

/** A model behind an OpenAI-compatible server on this machine, such as the fake upstream of the testing lib. */
export function upstreamModel(o: { readonly alias: string; readonly baseUrl: string }): ServedModel {
  const { alias, baseUrl } = o;
  return {
    alias,
    model: { name: `${alias}-model`, description: 'model of a test upstream', license: 'Apache-2.0' },
    version: { format: 'remote', source: 'test', quantization: '', contextTokens: 8_192, artifacts: [] },
    engine: {
      kind: 'openai',
      baseUrl,
      upstreamModel: alias,
      allowPrivateAddress: true,
      slots: 512,
      maxQueue: 256,
      maxOutputTokens: 512,
    },
  };
}
