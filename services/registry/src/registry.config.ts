import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';

const bound = (env: string, fallback: number, what: string) =>
  setting(env, z.coerce.number().int().min(1).max(10_000).default(fallback), what);

/** Bounds of what the lists and every process's snapshot must hold, and the word in new API keys. */
export const registrySettings = {
  keyEnvironment: setting(
    'WEIR_REGISTRY_KEY_ENVIRONMENT',
    z
      .string()
      .regex(/^[a-z0-9]{1,12}$/)
      .default('live'),
    'Second part of new API keys, `weir_<environment>_…`.',
  ),
  maxOrganizations: bound('WEIR_REGISTRY_MAX_ORGANIZATIONS', 5000, 'Most organisations.'),
  maxProjects: bound('WEIR_REGISTRY_MAX_PROJECTS', 1000, 'Most projects of one organisation.'),
  maxApiKeys: bound('WEIR_REGISTRY_MAX_API_KEYS', 1000, 'Most keys in force of one project.'),
  maxRoutes: bound('WEIR_REGISTRY_MAX_ROUTES', 2000, 'Most routes.'),
};

export type RegistrySettings = SettingsValues<typeof registrySettings>;

/** Injection token of the settings. */
export const REGISTRY_SETTINGS = Symbol('registry settings');
