import type { Detector } from '../detector/detector.js';

export type PolicyAction = 'flag' | 'mask' | 'block';

/** A policy version ready to run. */
export interface CompiledPolicy {
  readonly name: string;
  readonly version: number;
  readonly detectors: readonly Detector[];
  /** Most characters that a stream can be held back. */
  readonly maxHoldback: number;
  actionOf(detectorId: string): PolicyAction;
}
