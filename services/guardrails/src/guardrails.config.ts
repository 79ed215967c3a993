import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';
import { packageFolder } from './package-root.js';

export const guardrailsSettings = {
  policyDirectory: setting(
    'WEIR_GUARDRAILS_POLICY_DIR',
    z.string().default(packageFolder('policies')),
    'Folder with policy files (*.json); the highest version of each name is in force.',
  ),
  modelDirectory: setting(
    'WEIR_GUARDRAILS_MODEL_DIR',
    z.string().default(packageFolder('models')),
    'Folder with the weights of the classifiers (injection.bin, toxicity.bin).',
  ),
  maxTextChars: setting(
    'WEIR_GUARDRAILS_MAX_TEXT_CHARS',
    z.coerce.number().int().min(1).default(4_194_304),
    'Most characters of one check or one stream; more is refused with payload_too_large.',
  ),
};

export type GuardrailsSettings = SettingsValues<typeof guardrailsSettings>;

export const GUARDRAILS_SETTINGS = Symbol('guardrails settings');
