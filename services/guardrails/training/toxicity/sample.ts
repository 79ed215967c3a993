import { HARM_LABELS, type HarmLabel } from '../../src/detector/toxicity/harm.js';
import type { Row } from '../kit/rows.js';

/** Labels without an answer are not learnt from, and not measured. */
export type HarmAnswers = Partial<Record<HarmLabel, boolean>>;

/** A text with its answers. */
export interface HarmSample {
  readonly text: string;
  readonly answers: HarmAnswers;
  readonly weight: number;
  /** False: measured only. */
  readonly trainable: boolean;
  /** Absent: written for the training, never measured. */
  readonly row?: Row;
}

export const NO_HARM: HarmAnswers = Object.fromEntries(HARM_LABELS.map((label) => [label, false]));

/** What holds of `labels` and of nothing else; what they often come with has no answer. */
export function harmful(labels: readonly HarmLabel[], unsure: readonly HarmLabel[] = []): HarmAnswers {
  return {
    ...NO_HARM,
    ...Object.fromEntries(unsure.map((label) => [label, undefined])),
    ...Object.fromEntries(labels.map((label) => [label, true])),
  };
}
