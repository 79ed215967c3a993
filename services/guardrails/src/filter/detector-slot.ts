import type { DetectorSpec } from '../detector/detector.js';
import { CharSet } from '../pattern/char-set.js';
import type { Automaton, AutomatonPattern } from '../pattern/automaton.js';
import { parsePattern } from '../pattern/parse-pattern.js';
import { contextFinder } from './reading/context-words.js';
import { foldCodePoint, foldText, IGNORED } from './fold-unit.js';
import { unescapeJson } from './reading/unit-group.js';

/** A value that a detector found: half-open span in UTF-16 code units from the beginning of the text. */
export interface Match {
  readonly detector: DetectorSpec;
  readonly start: number;
  /** Grows while the tail of the value goes on. */
  readonly end: number;
  /** Original text of the value, without its tail. */
  readonly value: string;
  readonly score: number;
  /** The text was cut off within the value: this is its beginning. */
  readonly cutOff?: boolean;
}

/** A detector at its place in a scanner. */
export interface DetectorSlot {
  readonly spec: DetectorSpec;
  readonly pattern: AutomatonPattern;
  readonly folded: boolean;
  /** Shorter ends of a candidate count as well when a longer one is no value. */
  readonly validated: boolean;
  /** @param before the text before the value, at least 64 units of it where there are as many. */
  scoreOf(before: string): number;
  isValue(original: string, json: boolean): boolean;
  /** The same of a value that the text was cut off within; `evidence`: what its form says, in bits. */
  isBeginning(original: string, json: boolean, evidence: number): boolean;
}

/** Detectors with the automaton that follows all of them. */
export interface CompiledSlots {
  readonly slots: readonly DetectorSlot[];
  readonly automaton: Automaton;
}

/**
 * Units of a candidate that nobody sees, escapes of JSON included. A candidate with more of them ends for the detectors
 * that skip them: what is held back is bounded, and so is what can be hidden in.
 */
export const MAX_SKIPPED = 256;

/** From so many bits on a beginning is no chance: two characters of a fixed prefix, or four digits. */
const LEAST_EVIDENCE = 12;

/** @throws WeirError `invalid_configuration` for a pattern that cannot be read. */
export function slotOf(spec: DetectorSpec): DetectorSlot {
  const folded = spec.folded ?? true;
  const { context, validate, validateBeginning } = spec;
  const near = context && contextFinder(context);
  const read = (original: string, json: boolean) => {
    const text = json ? unescapeJson(original) : original;
    return folded ? foldText(text) : text;
  };
  return {
    spec,
    folded,
    validated: validate !== undefined,
    pattern: {
      node: parsePattern(spec.pattern, { ignoreCase: spec.ignoreCase, fold: folded ? literalFold : undefined }),
      folded,
      maxLength: spec.maxLength,
      notAfter: spec.notAfter ?? CharSet.of(),
      notBefore: spec.notBefore ?? CharSet.of(),
      tail: spec.tail ?? CharSet.of(),
    },
    scoreOf: (before) => (near?.(before) ? Math.max(spec.score, context!.score) : spec.score),
    isValue: (original, json) => !validate || validate(read(original, json)),
    isBeginning: (original, json, evidence) =>
      validateBeginning ? validateBeginning(read(original, json)) : evidence >= LEAST_EVIDENCE,
  };
}

/** A pattern that names an invisible character is read as it is written, though a folded text never shows it one. */
function literalFold(codePoint: number): number {
  const read = foldCodePoint(codePoint);
  return read === IGNORED ? codePoint : read;
}
