import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';

const whole = (standard: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(standard);

/** Settings for checks that ask other systems. */
export const externalSettings = {
  externalConcurrency: setting(
    'WEIR_GUARDRAILS_EXTERNAL_CONCURRENCY',
    whole(64, 1, 10_000),
    'Calls at once per check that asks another system; further ones fail at once.',
  ),
  externalBreakerVolume: setting(
    'WEIR_GUARDRAILS_EXTERNAL_BREAKER_VOLUME',
    whole(10, 1, 10_000),
    'Calls in ten seconds below which the breaker of a check stays closed.',
  ),
  externalBreakerOpenMs: setting(
    'WEIR_GUARDRAILS_EXTERNAL_BREAKER_OPEN_MS',
    whole(2_000, 50, 600_000),
    'Milliseconds from the opening of a breaker to its probe; each further opening in a row takes twice as long, up to 30 s.',
  ),
  secretDirectory: setting(
    'WEIR_GUARDRAILS_SECRET_DIR',
    z.string().default('/run/secrets'),
    'Folder in which api_key_ref `file:/path` of an external detector must lie.',
  ),
};

export type ExternalSettings = SettingsValues<typeof externalSettings>;

export const EXTERNAL_SETTINGS = Symbol('external settings');
