import { CharSet } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import type { Category } from '../verdict-words.js';

export interface Phrase {
  readonly id: string;
  readonly text: string;
  readonly category: Category;
  readonly entity: string;
  readonly replacement: string;
  readonly caseSensitive: boolean;
  /** word: letters around it make it another word, in scripts that put spaces between words. */
  readonly match: 'word' | 'substring';
}

const MAX_SPACES = 4;
const ASCII = /^[\t\n\r\x20-\x7e]*$/;
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;
/** Scripts without spaces between words, or with endings that are written to them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u;
const PART_OF_WORD = CharSet.where((unit) => {
  const character = String.fromCharCode(unit);
  return /[\p{L}\p{M}\p{N}_]/u.test(character) && !UNSPACED.test(character);
});

/**
 * Detectors for one word or phrase of any script, whatever the white space between its words. Beyond ASCII there are two:
 * one reads letters by their looks, in which the cases of a letter can differ, the other one by what they are.
 */
export function phraseDetectors(phrase: Phrase): readonly DetectorSpec[] {
  const folded = specOf(phrase, phrase.text.normalize('NFC'));
  if (ASCII.test(phrase.text)) return [folded];
  return [folded, { ...specOf(phrase, phrase.text), id: `${phrase.id}.exact`, folded: false }];
}

function specOf(phrase: Phrase, source: string): DetectorSpec {
  const words = source.trim().split(/\s+/u);
  const text = words.join(' ');
  const bounded = (unit: number): CharSet | undefined =>
    phrase.match === 'word' && PART_OF_WORD.has(unit) ? PART_OF_WORD : undefined;
  const notAfter = bounded(text.charCodeAt(0));
  const notBefore = bounded(text.charCodeAt(text.length - 1));
  return {
    id: phrase.id,
    category: phrase.category,
    entity: phrase.entity,
    owasp: '',
    pattern: words.map((word) => word.replace(SPECIAL, String.raw`\$&`)).join(String.raw`\s{1,${MAX_SPACES}}`),
    ignoreCase: !phrase.caseSensitive,
    ...(notAfter && { notAfter }),
    ...(notBefore && { notBefore }),
    maxLength: text.length + (MAX_SPACES - 1) * (words.length - 1),
    replacement: phrase.replacement,
    score: 1,
  };
}
