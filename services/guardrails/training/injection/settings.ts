import type { Shape } from '../kit/bag.js';
import type { TrainerOptions } from '../kit/trainer.js';

export const SHAPE: Shape = { bits: 18, windows: [16, 60, 240], smoothing: 100 };

export const TRAINER: TrainerOptions = {
  rounds: 2,
  epochs: 6,
  learningRate: 0.5,
  l2: 1e-5,
  negativeWindows: 3,
  seed: 1,
};

/** At the operating point, at most so many of the harmless rows of cross-validation may be flagged. */
export const FALSE_ALARMS = {
  /** Of what users write, without documents. */
  prompts: 0.006,
  /** Of prompts that are never trained on. */
  unseenPrompts: 0.016,
  documents: 0.02,
} as const;
