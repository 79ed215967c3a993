import type { Category } from '../../detector/verdict-words.js';
import type { CompiledSlots, DetectorSlot, Match } from '../detector-slot.js';
import { CONTEXT_UNITS } from '../reading/context-words.js';
import type { SymbolReader } from '../reading/symbol-reader.js';
import type { TextWindow } from '../reading/text-window.js';
import type { Candidate } from './candidate.js';

/** Values that somebody could complete from their first half; half a word or half a link does nothing. */
const WORTH_HALF: ReadonlySet<Category> = new Set<Category>(['pii', 'secret', 'custom']);

export interface CutOffText {
  readonly scanner: CompiledSlots;
  readonly reader: SymbolReader;
  readonly window: TextWindow;
  /** How the text may go on; empty = anyhow. */
  readonly continuations: readonly string[];
}

/**
 * Values that a text ends within because it was cut off there: at least half of the shortest one that could have become of
 * it is there, and it begins as few other things do. Nobody can check their sums.
 */
export function cutOffValues(candidate: Candidate, going: readonly number[], text: CutOffText): Match[] {
  const { scanner, window } = text;
  const { start } = candidate;
  const value = window.slice(start, window.end);
  const before = window.slice(start - CONTEXT_UNITS, start);
  const matches: Match[] = [];
  for (const index of going) {
    const slot = scanner.slots[index]!;
    if (!WORTH_HALF.has(slot.spec.category) || !isHalf(slot, index, { ...text, value })) continue;
    matches.push({ detector: slot.spec, start, end: window.end, value, score: slot.scoreOf(before), cutOff: true });
  }
  return matches;
}

function isHalf(slot: DetectorSlot, index: number, text: CutOffText & { readonly value: string }): boolean {
  const { scanner, reader, value, continuations } = text;
  const walk = scanner.automaton.walk(index);
  for (const symbol of reader.all(value)) walk.advance(symbol);
  if (walk.read < walk.missing) return false;
  if (!continuations.some((next) => walk.mayGoOn(reader.all(next.slice(0, slot.spec.maxLength))))) return false;
  return slot.isBeginning(value, reader.json, walk.evidence);
}
