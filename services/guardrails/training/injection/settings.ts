import type { Shape } from '../kit/bag.js';
import type { MarginOptions } from '../kit/margin-trainer.js';

export const SHAPE: Shape = { bits: 18, windows: [16, 60, 240], smoothing: 20 };

export const TRAINER: MarginOptions = {
  rounds: 3,
  epochs: 10,
  cost: 3,
  rarity: 1,
  contrast: 0.7,
  negativeWindows: 3,
  seed: 1,
};

/** At the operating point, at most so many of the harmless rows of cross-validation may be flagged. */
export const FALSE_ALARMS = {
  /** Of what users write, without documents. */
  prompts: 0.006,
  /** Of prompts that are never trained on. */
  unseenPrompts: 0.014,
  documents: 0.01,
} as const;
