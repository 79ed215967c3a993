import { CharSet, WORD } from '../../pattern/char-set.js';
import type { ContextWords, DetectorSpec } from '../detector.js';

/** How much a form says by itself, before any word beside it. */
export const SCORES = {
  /** Two check digits or more, or a form that nothing else has. */
  certain: 0.95,
  /** One check digit and a form of its own. */
  checked: 0.8,
  /** A form of its own. */
  shaped: 0.6,
  /** One number among many: it counts beside its words only. */
  weak: 0.3,
} as const;

/** Characters that belong to a longer number or word, where a number is not the one that is looked for. */
export const NUMBER_PART = WORD.union(CharSet.of([43, 43], [45, 46]));

export interface PiiOptions {
  readonly maxLength: number;
  readonly score: number;
  readonly validate?: (value: string) => boolean;
  readonly validateBeginning?: (beginning: string) => boolean;
  /** Words that raise the score to 0.9. */
  readonly words?: readonly string[];
  readonly notAfter?: CharSet;
  readonly notBefore?: CharSet;
  readonly ignoreCase?: boolean;
  /** In the replacement's brackets; default: the name in upper case. */
  readonly label?: string;
}

/** A kind of personal data. `entity`: Presidio's name where it has one. */
export function pii(name: string, entity: string, pattern: string, options: PiiOptions): DetectorSpec {
  const { words, label, ...rest } = options;
  return {
    id: `pii.${name}`,
    category: 'pii',
    entity,
    owasp: 'LLM02',
    pattern,
    notAfter: WORD,
    notBefore: WORD,
    replacement: `[${label ?? name.toUpperCase()}]`,
    ...rest,
    ...(words ? { context: beside(words) } : {}),
  };
}

function beside(words: readonly string[]): ContextWords {
  return { words, score: 0.9 };
}
