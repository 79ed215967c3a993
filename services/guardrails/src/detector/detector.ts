import type { Automaton } from '../pattern/automaton.js';
import { compileAutomaton } from '../pattern/automaton.js';
import { CharSet } from '../pattern/char-set.js';
import { parsePattern } from '../pattern/parse-pattern.js';

export interface DetectorSpec {
  /** For example `pii.card`. */
  readonly id: string;
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
  /** After a value was found, characters of this set belong to it as well, however many there are. */
  readonly tail?: CharSet;
  /** What stands in the place of a masked value. */
  readonly replacement: string;
  readonly score: number;
}

/** A detector ready to run. */
export interface Detector extends DetectorSpec {
  readonly automaton: Automaton;
  readonly notAfter: CharSet;
  readonly notBefore: CharSet;
}

const NONE = CharSet.of();

export function compileDetector(spec: DetectorSpec): Detector {
  const automaton = compileAutomaton(parsePattern(spec.pattern, { ignoreCase: spec.ignoreCase ?? false }));
  return { ...spec, automaton, notAfter: spec.notAfter ?? NONE, notBefore: spec.notBefore ?? NONE };
}
