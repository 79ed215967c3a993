import { setting, type SettingsValues } from '@weir/config';
import { z } from 'zod';

const whole = (usual: number, least: number, most: number) =>
  z.coerce.number().int().min(least).max(most).default(usual);

export const evaluatorSettings = {
  targetUrl: setting(
    'WEIR_EVALUATOR_TARGET_URL',
    z.string().default(''),
    'Front door that jobs call, as in `http://router:8080`; empty = WEIR_HTTP_PORT on this machine.',
  ),
  runningJobs: setting('WEIR_EVALUATOR_RUNNING_JOBS', whole(2, 1, 32), 'Jobs that run at once in one process.'),
  waitingJobs: setting(
    'WEIR_EVALUATOR_WAITING_JOBS',
    whole(16, 0, 256),
    'Jobs that wait in one process, each with its suite in memory; further ones are refused.',
  ),
  requestTimeoutMs: setting(
    'WEIR_EVALUATOR_REQUEST_TIMEOUT_MS',
    whole(60_000, 100, 600_000),
    'Longest time of one attempt at one request, in milliseconds.',
  ),
  attempts: setting('WEIR_EVALUATOR_ATTEMPTS', whole(5, 1, 10), 'Attempts at one request before its item has failed.'),
  retryBaseMs: setting(
    'WEIR_EVALUATOR_RETRY_BASE_MS',
    whole(500, 1, 60_000),
    'Bound of the first wait between two attempts, in milliseconds; it doubles up to 30 s.',
  ),
  outputTokens: setting(
    'WEIR_EVALUATOR_OUTPUT_TOKENS',
    whole(64, 1, 4096),
    'Most tokens of an answer, where an item says nothing else.',
  ),
  orphanMs: setting(
    'WEIR_EVALUATOR_ORPHAN_MS',
    whole(15_000, 3_000, 600_000),
    'A job whose process said nothing for so long has failed, in milliseconds.',
  ),
  retentionMs: setting(
    'WEIR_EVALUATOR_RETENTION_MS',
    whole(7_776_000_000, 60_000, 315_360_000_000),
    'How long ended jobs are kept, in milliseconds.',
  ),
};

export type EvaluatorSettings = SettingsValues<typeof evaluatorSettings>;

/** Token of the values: `@Inject(EVALUATOR_SETTINGS) settings: EvaluatorSettings`. */
export const EVALUATOR_SETTINGS = Symbol('weir.evaluator-settings');
