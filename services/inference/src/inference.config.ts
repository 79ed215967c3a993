import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';

const whole = (fallback: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(fallback);

/** Settings of the inference service. */
export const inferenceSettings = {
  threads: setting('WEIR_INFERENCE_THREADS', whole(0, 0, 512), 'Threads of each engine; 0 = one per core.'),
  gpu: setting('WEIR_INFERENCE_GPU', z.enum(['off', 'auto']).default('off'), 'Whether engines look for a GPU.'),
  memoryReserveMb: setting(
    'WEIR_INFERENCE_MEMORY_RESERVE_MB',
    whole(512, 0, 1_048_576),
    'MiB of memory that must stay free after a model is loaded; otherwise it is not.',
  ),
  engineDirectory: setting(
    'WEIR_INFERENCE_ENGINE_DIR',
    z.string().default(''),
    'Folder of the engine package; empty = the one of this service.',
  ),
  queueWaitSeconds: setting(
    'WEIR_INFERENCE_QUEUE_WAIT_SECONDS',
    whole(60, 1, 3_600),
    'Longest time that a request without a deadline waits for a slot.',
  ),
  stallSeconds: setting(
    'WEIR_INFERENCE_STALL_SECONDS',
    whole(60, 1, 3_600),
    'An engine that has work but finished no step for so long is ended and started again.',
  ),
  upstreamFirstByteSeconds: setting(
    'WEIR_INFERENCE_UPSTREAM_FIRST_BYTE_SECONDS',
    whole(120, 1, 3_600),
    'Longest wait for the head of an upstream answer.',
  ),
  upstreamIdleSeconds: setting(
    'WEIR_INFERENCE_UPSTREAM_IDLE_SECONDS',
    whole(60, 1, 3_600),
    'Longest gap between two pieces of an upstream answer.',
  ),
  secretDirectory: setting(
    'WEIR_INFERENCE_SECRET_DIR',
    z.string().default('/run/secrets'),
    'Folder in which api_key_ref `file:/path` must lie.',
  ),
  breakerErrorPercent: setting(
    'WEIR_INFERENCE_BREAKER_ERROR_PERCENT',
    whole(50, 1, 99),
    'Share of failed calls over which a breaker opens.',
  ),
  breakerVolume: setting(
    'WEIR_INFERENCE_BREAKER_VOLUME',
    whole(5, 1, 10_000),
    'Calls in ten seconds below which a breaker stays closed.',
  ),
  breakerOpenMs: setting(
    'WEIR_INFERENCE_BREAKER_OPEN_MS',
    whole(5_000, 100, 600_000),
    'Milliseconds from the opening of a breaker to its first probe.',
  ),
};

export type InferenceSettings = SettingsValues<typeof inferenceSettings>;

/** Injection token of the settings. */
export const INFERENCE_SETTINGS = Symbol('inference settings');
