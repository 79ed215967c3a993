import type { ContextWords } from '../../detector/detector.js';
import { foldText } from '../fold-unit.js';

/** Words are looked for in so many code units before a value. */
export const CONTEXT_UNITS = 64;

const LETTER = /\p{L}/u;
const WORD_PART = /[\p{L}\p{N}]/u;

/** Whether one of the words stands in the text before a value, as it reads and whatever its case. */
export function contextFinder({ words }: ContextWords): (before: string) => boolean {
  const sought = words.map((word) => foldText(word.toLowerCase()).toLowerCase());
  // Among nothing but numbers, where values are many, no word is looked for.
  const lettered = sought.every((word) => LETTER.test(word));
  return (before) => {
    const read = foldText(before);
    if (lettered && !LETTER.test(read)) return false;
    const text = read.toLowerCase();
    return sought.some((word) => standsIn(text, word));
  };
}

function standsIn(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const [before, after] = [text.charAt(at - 1), text.charAt(at + word.length)];
    if (!WORD_PART.test(before) && !WORD_PART.test(after)) return true;
  }
  return false;
}
