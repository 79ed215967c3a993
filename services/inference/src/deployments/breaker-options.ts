import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import type { BreakerOptions } from '@weir/resilience';
import type { InferenceSettings } from '../inference.config.js';

const WINDOW_MS = 10_000;
/** Chance takes away up to so much of an opening, so that replicas do not probe together. */
const OPEN_JITTER = 0.2;

/**
 * The breaker of one deployment. Its capacity is the last bound: what has a slot or waits for one, which the scheduler
 * bounds with a better refusal, and as many answers as there are slots that are done and still being read.
 */
export function breakerOptions(
  { id, engine }: Pick<DeploymentState, 'id' | 'engine'>,
  settings: InferenceSettings,
  source: Source,
): BreakerOptions {
  return {
    name: id,
    errorThresholdPercent: settings.breakerErrorPercent,
    volumeThreshold: settings.breakerVolume,
    windowMs: WINDOW_MS,
    openMs: settings.breakerOpenMs,
    openCapMs: Math.max(settings.breakerOpenMs, settings.breakerOpenCapMs),
    openJitter: OPEN_JITTER,
    probes: settings.breakerProbes,
    successThreshold: settings.breakerSuccesses,
    probeMs: settings.breakerProbeSeconds * 1_000,
    capacity: 2 * engine.slots + engine.max_queue,
    slow: { callMs: settings.breakerSlowSeconds * 1_000, percent: settings.breakerSlowPercent },
    now: () => source.monotonic(),
    random: () => source.random(),
  };
}
