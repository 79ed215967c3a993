import type { FactoryProvider, Type } from '@nestjs/common';
import { readSettings, type ServiceName, type SettingProblem, type Settings } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { MetricSet } from '@weir/telemetry';
import { SERVICE_ENVIRONMENT } from './tokens.js';

/** What a service is to the process that runs it, and to the generator of the reference. */
export interface ServiceDescriptor {
  readonly name: ServiceName;
  /** Its Nest module. */
  readonly module: Type<unknown>;
  readonly settings: Settings;
  readonly metrics: MetricSet;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Provides the values of a service's settings under a token: `@Inject(token) settings: SettingsValues<typeof …>`. */
export function settingsProvider(token: string | symbol, settings: Settings): FactoryProvider {
  return {
    provide: token,
    inject: [{ token: SERVICE_ENVIRONMENT, optional: true }],
    useFactory: (env: Environment | undefined) => {
      const read = readSettings(settings, env);
      if (!read.ok) throw invalidSettings(read.problems);
      return read.values;
    },
  };
}

/**
 * Reads the settings of all services, so that every mistake is told at once.
 * @throws WeirError `invalid_configuration`
 */
export function checkSettings(services: readonly ServiceDescriptor[], env: Environment | undefined): void {
  const problems = services.flatMap(({ settings }) => {
    const read = readSettings(settings, env);
    return read.ok ? [] : read.problems;
  });
  if (problems.length) throw invalidSettings(problems);
}

function invalidSettings(problems: readonly SettingProblem[]): WeirError {
  const lines = problems.map(({ env, message }) => `${env}: ${message}`);
  return new WeirError('invalid_configuration', `Settings are not valid. ${lines.join('; ')}`);
}
