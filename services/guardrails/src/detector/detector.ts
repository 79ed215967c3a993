import type { CharSet } from '../pattern/char-set.js';
import type { Category } from './verdict-words.js';

/** Words that make a value more likely to be what it looks like. */
export interface ContextWords {
  /** Lower case; one of them stands as a word within the 64 characters before the value. */
  readonly words: readonly string[];
  /** Confidence beside one of them, 0 to 1. */
  readonly score: number;
}

/** Describes values that can be found, masked and held back while a text is generated. */
export interface DetectorSpec {
  /** For example `pii.card`. */
  readonly id: string;
  readonly category: Category;
  /** Name of the kind of value on the doors of others, for example `CREDIT_CARD` (Presidio's name where it has one). */
  readonly entity: string;
  /** OWASP LLM Top 10 (2025), for example `LLM02`; empty = none applies. */
  readonly owasp: string;
  /** MLCommons hazard, `S1` to `S14`; absent = none applies. */
  readonly hazard?: string;
  /** Regular expression in the subset of `parsePattern`. */
  readonly pattern: string;
  readonly ignoreCase?: boolean;
  /** The character before a value is none of these; text begins and ends as if after and before none of them. */
  readonly notAfter?: CharSet;
  readonly notBefore?: CharSet;
  /** Longest value in UTF-16 code units; also the longest text that can be held back for it. */
  readonly maxLength: number;
  /** Last word on a candidate, for example a checksum. */
  readonly validate?: (value: string) => boolean;
  /** Last word on half a value, or more of one, at which a text was cut off; absent = what little else could begin so. */
  readonly validateBeginning?: (beginning: string) => boolean;
  /** After a value was found, characters of this set belong to it as well, however many there are. */
  readonly tail?: CharSet;
  /** What stands in the place of a masked value; a function is given the value and must not let its secret through. */
  readonly replacement: string | ((value: string) => string);
  /** Confidence, 0 to 1. */
  readonly score: number;
  /** Raises the confidence; without a score above the policy's threshold there is no finding. */
  readonly context?: ContextWords;
  /**
   * Whether the pattern reads the text as its reader would: full-width digits, look-alikes and characters in between that
   * nobody sees count as what they seem. Default true; false where the very characters matter.
   */
  readonly folded?: boolean;
}
