import { setting, type SettingsValues } from '@weir/config';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const guardrailsSettings = {
  policyDirectory: setting(
    'WEIR_GUARDRAILS_POLICY_DIR',
    z.string().default(fileURLToPath(new URL('../policies', import.meta.url))),
    'Folder with policy files (*.json); the highest version of each name is in force.',
  ),
  maxTextChars: setting(
    'WEIR_GUARDRAILS_MAX_TEXT_CHARS',
    z.coerce.number().int().min(1).default(4_194_304),
    'Most characters of one check or one stream; more is refused with payload_too_large.',
  ),
};

export type GuardrailsSettings = SettingsValues<typeof guardrailsSettings>;

export const GUARDRAILS_SETTINGS = Symbol('guardrails settings');
