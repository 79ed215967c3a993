import { registryV1 } from '@weir/contracts';
import { InputError } from '../../cli-error.js';
import { wholeNumber } from '../input.js';

export interface RouteOptions {
  readonly target?: readonly string[];
  readonly policy?: string;
  readonly stagePolicy?: readonly string[];
  readonly maxHoldback?: string;
  readonly onBlockedInput?: string;
  readonly onGuardrailsError?: string;
}

/**
 * The route as it shall be: the existing one, changed where an option says so.
 * @throws InputError for what cannot be read
 */
export function routeWith(
  alias: string,
  existing: registryV1.Route | undefined,
  options: RouteOptions,
): registryV1.Route {
  const route = existing ?? registryV1.Route.fromPartial({ alias });
  const { target, policy, stagePolicy = [], maxHoldback, onBlockedInput, onGuardrailsError } = options;
  return {
    ...route,
    targets: target?.map(targetIn) ?? route.targets,
    policy: policy ?? route.policy,
    stagePolicies: withStages(route.stagePolicies, stagePolicy),
    maxHoldbackChars:
      maxHoldback === undefined ? route.maxHoldbackChars : wholeNumber(maxHoldback, '--max-holdback', 0),
    onBlockedInput: onBlockedInput ?? route.onBlockedInput,
    onGuardrailsError: onGuardrailsError ?? route.onGuardrailsError,
  };
}

/** Cells of one route. */
export function routeRow(route: registryV1.Route): string[] {
  const stages = Object.entries(route.stagePolicies).map(([stage, policy]) => `${stage}=${policy}`);
  return [
    route.alias,
    [route.policy || 'default', ...stages].join(' '),
    route.onGuardrailsError,
    route.onBlockedInput,
    route.maxHoldbackChars === 0 ? 'any' : String(route.maxHoldbackChars),
    route.targets.map(({ deploymentId, weight }) => `${deploymentId}:${weight}`).join(' '),
  ];
}

function targetIn(text: string): registryV1.RouteTarget {
  const [, deploymentId, weight] = /^(.+):(\d{1,7})$/.exec(text) ?? [];
  if (deploymentId && weight) return { deploymentId, weight: Number(weight) };
  throw new InputError(`${text} is no target: write DEPLOYMENT:WEIGHT.`);
}

function withStages(policies: Readonly<Record<string, string>>, changes: readonly string[]): Record<string, string> {
  const changed = new Map(Object.entries(policies));
  for (const change of changes) {
    const [, stage, policy] = /^([a-z_]+)=(.*)$/.exec(change) ?? [];
    if (stage === undefined) throw new InputError(`${change} is no policy of a stage: write STAGE=NAME.`);
    if (policy) changed.set(stage, policy);
    else changed.delete(stage);
  }
  return Object.fromEntries(changed);
}
