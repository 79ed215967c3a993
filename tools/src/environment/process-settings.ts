import { processSettings, readSettings, type ProcessSettings } from '@weir/config';
import { SetupError } from '../setup-error.js';
import type { Environment } from './service-environment.js';

/** @throws SetupError that names every variable with a wrong value */
export function processSettingsFrom(env: Environment): ProcessSettings {
  const read = readSettings(processSettings, env);
  if (read.ok) return read.values;
  const problems = read.problems.map(({ env: variable, message }) => `${variable}: ${message}`);
  throw new SetupError(`Settings are wrong: ${problems.join('; ')}.`);
}
