import type { registryV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { ControlPlane } from './control-plane.js';

const PAGE = 100;
const MOST_PAGES = 100;

/** A model, how it runs, and the name that clients call it by. */
export interface ServedModel {
  readonly alias: string;
  readonly model: { readonly name: string; readonly description: string; readonly license: string };
  readonly version: Omit<registryV1.CreateModelVersionRequest, 'modelName' | 'lineage'>;
  readonly engine: Partial<registryV1.EngineSpec>;
}

/**
 * Registers the model, its version, its deployment and its route. What exists stays as it is; a model file that moved gets
 * a version and a deployment of its own, and the route is pointed at that.
 * @returns id of the deployment
 */
export async function ensureServed(control: Pick<ControlPlane, 'registry'>, served: ServedModel): Promise<string> {
  const { registry } = control;
  await ignoring('already_exists', registry.createModel(served.model));
  const present = await findDeployment(control, served);
  const deployment = present ?? (await createDeployment(control, served));
  await ensureRoute(control, served.alias, deployment.id, present === undefined);
  return deployment.id;
}

async function findDeployment({ registry }: Pick<ControlPlane, 'registry'>, served: ServedModel) {
  for (const deployment of await listDeployments(registry)) {
    if (deployment.modelName !== served.model.name) continue;
    const { version } = await registry.getModelVersion({
      modelName: deployment.modelName,
      version: deployment.version,
    });
    if (version && isSameVersion(version, served) && isSameEngine(deployment.engine, served)) return deployment;
  }
  return undefined;
}

/** Same files at the same places; for a remote model there are none. */
export function isSameVersion(version: registryV1.ModelVersion, served: ServedModel): boolean {
  const places = (artifacts: readonly registryV1.Artifact[]) =>
    artifacts
      .map(({ path, uri, sha256 }) => `${path} ${uri} ${sha256}`)
      .sort()
      .join('\n');
  return version.format === served.version.format && places(version.artifacts) === places(served.version.artifacts);
}

function isSameEngine(engine: registryV1.EngineSpec | undefined, served: ServedModel): boolean {
  return engine?.kind === served.engine.kind && (engine?.baseUrl ?? '') === (served.engine.baseUrl ?? '');
}

async function createDeployment({ registry }: Pick<ControlPlane, 'registry'>, served: ServedModel) {
  const { version } = await registry.createModelVersion({ modelName: served.model.name, ...served.version });
  const number = present(version, 'model version').version;
  await registry.setModelAlias({ modelName: served.model.name, alias: 'champion', version: number });
  const { deployment } = await registry.createDeployment({
    name: number === 1 ? served.alias : `${served.alias}-v${number}`,
    modelName: served.model.name,
    version: number,
    engine: served.engine,
    desiredState: 'running',
  });
  return present(deployment, 'deployment');
}

async function ensureRoute(
  { registry }: Pick<ControlPlane, 'registry'>,
  alias: string,
  deploymentId: string,
  isNew: boolean,
): Promise<void> {
  const { routes } = await registry.listRoutes({});
  const route = routes.find((candidate) => candidate.alias === alias);
  if (route && !isNew) return;
  const revision = route?.revision ?? 0;
  const target = { deploymentId, weight: 1 };
  await registry.putRoute({
    route: { onGuardrailsError: 'closed', policy: 'default', ...route, alias, targets: [target], revision },
  });
}

async function listDeployments(registry: ControlPlane['registry']): Promise<registryV1.Deployment[]> {
  const all: registryV1.Deployment[] = [];
  let pageToken = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await registry.listDeployments({ pageSize: PAGE, pageToken });
    all.push(...answer.deployments);
    pageToken = answer.nextPageToken;
    if (!pageToken) break;
  }
  return all;
}

async function ignoring(code: WeirError['code'], call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof WeirError) || error.code !== code) throw error;
  }
}

/** An answer without the object it promises is a defect of the service. */
function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new WeirError('internal', `the registry answered without a ${what}`);
  return value;
}
