import type { Row } from '../kit/rows.js';

/** The outputs of the model. `direct` and `indirect` decide, for what users write and for what they bring; the others name. */
export const LABELS = ['direct', 'indirect', 'instruction-override', 'jailbreak', 'prompt-extraction'] as const;
export type Label = (typeof LABELS)[number];

/** Labels without an answer are not learnt from. */
export type Answers = Partial<Record<Label, boolean>>;

export interface Sample {
  readonly text: string;
  readonly answers: Answers;
  readonly weight: number;
  /** Absent: written for the training, never measured. */
  readonly row?: Row;
}

export const HARMLESS: Answers = {
  direct: false,
  indirect: false,
  'instruction-override': false,
  jailbreak: false,
  'prompt-extraction': false,
};

/** An order to the model that is fine from a user and suspicious in a document. */
export const ORDINARY_PROMPT: Answers = { ...HARMLESS, indirect: undefined };

/** An attack of one kind, wherever it stands. */
export function attackOf(kind: 'instruction-override' | 'jailbreak' | 'prompt-extraction'): Answers {
  return { ...HARMLESS, direct: true, indirect: true, [kind]: true };
}

/** What only a document must not say to the model. */
export const PLANTED: Answers = { ...HARMLESS, direct: undefined, indirect: true };
