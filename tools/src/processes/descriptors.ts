import type { ServiceDescriptor } from '@weir/bootstrap';
import { SERVICE_NAMES, type ServiceName } from '@weir/config';
import { SetupError } from '../setup-error.js';

/** Loaded on demand: a process of one role carries no code of the others. */
const LOADERS: Readonly<Record<ServiceName, () => Promise<ServiceDescriptor>>> = {
  registry: async () => (await import('@weir/registry')).registryService,
  router: async () => (await import('@weir/router')).routerService,
  guardrails: async () => (await import('@weir/guardrails')).guardrailsService,
  inference: async () => (await import('@weir/inference')).inferenceService,
  billing: async () => (await import('@weir/billing')).billingService,
  evaluator: async () => (await import('@weir/evaluator')).evaluatorService,
  monitor: async () => (await import('@weir/monitor')).monitorService,
};

export function loadServices(names: readonly ServiceName[]): Promise<ServiceDescriptor[]> {
  return Promise.all(names.map((name) => LOADERS[name]()));
}

/**
 * The services that WEIR_SERVICES names.
 * @throws SetupError for a name that no service has
 */
export function serviceNames(words: readonly string[]): readonly ServiceName[] {
  if (words.includes('all')) return SERVICE_NAMES;
  const unknown = words.filter((word) => !SERVICE_NAMES.some((name) => name === word));
  if (unknown.length || !words.length) {
    throw new SetupError(
      `WEIR_SERVICES holds ${unknown.length ? `"${unknown.join(', ')}"` : 'nothing'}: set it to all, or to a list of ${SERVICE_NAMES.join(', ')}.`,
    );
  }
  return SERVICE_NAMES.filter((name) => words.includes(name));
}
