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
  deviceWatchSeconds: setting(
    'WEIR_INFERENCE_DEVICE_WATCH_SECONDS',
    whole(15, 1, 3_600),
    'Seconds between two looks at the memory and the use of the devices.',
  ),
  usageSeconds: setting(
    'WEIR_INFERENCE_USAGE_SECONDS',
    whole(60, 1, 3_600),
    'Seconds between two events of the machine time and the tokens of an engine.',
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
    'Most seconds without a finished step of an engine that has work, and the limit before its first one. Later the limit is max(10 s, 5 x p99 of its steps). Past it, the engine is ended and started again.',
  ),
  measureStallSeconds: setting(
    'WEIR_INFERENCE_MEASURE_STALL_SECONDS',
    whole(900, 1, 86_400),
    'A measurement of quality that compared no further chunk of 512 tokens for so long is ended.',
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
  firstTokenSeconds: setting(
    'WEIR_INFERENCE_FIRST_TOKEN_SECONDS',
    whole(120, 1, 86_400),
    'Longest time from the slot of a request to its first token; the request is ended and counts against its engine.',
  ),
  gapSeconds: setting(
    'WEIR_INFERENCE_GAP_SECONDS',
    whole(60, 1, 86_400),
    'Longest gap between two pieces of an answer, likewise.',
  ),
  totalSeconds: setting(
    'WEIR_INFERENCE_TOTAL_SECONDS',
    whole(3_600, 1, 86_400),
    'Longest time of a whole request with its wait, likewise.',
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
    'Milliseconds from the opening of a breaker to its first probes; each further opening in a row takes twice as long.',
  ),
  breakerOpenCapMs: setting(
    'WEIR_INFERENCE_BREAKER_OPEN_CAP_MS',
    whole(60_000, 100, 3_600_000),
    'Longest opening of a breaker in milliseconds.',
  ),
  breakerProbes: setting(
    'WEIR_INFERENCE_BREAKER_PROBES',
    whole(2, 1, 1_000),
    'Requests at once that a half-open breaker lets through.',
  ),
  breakerSuccesses: setting(
    'WEIR_INFERENCE_BREAKER_SUCCESSES',
    whole(1, 1, 1_000),
    'Probes that must succeed before a breaker closes.',
  ),
  breakerProbeSeconds: setting(
    'WEIR_INFERENCE_BREAKER_PROBE_SECONDS',
    whole(30, 1, 3_600),
    'A probe without a token by then has failed; one with tokens has succeeded.',
  ),
  breakerSlowSeconds: setting(
    'WEIR_INFERENCE_BREAKER_SLOW_SECONDS',
    whole(60, 0, 3_600),
    'A request whose first token takes longer, from its slot on, is slow; 0 = none is.',
  ),
  breakerSlowPercent: setting(
    'WEIR_INFERENCE_BREAKER_SLOW_PERCENT',
    whole(90, 1, 100),
    'Share of slow requests, those under way included, at which a breaker opens.',
  ),
};

export type InferenceSettings = SettingsValues<typeof inferenceSettings>;

/** Injection token of the settings. */
export const INFERENCE_SETTINGS = Symbol('inference settings');
