import { wordScore } from '../language.js';
import { MappedTextBuilder } from '../mapped-text.js';
import type { TextView } from '../text-views.js';

/** Letters that are drawn with several signs, the longest first. */
const DRAWN: readonly (readonly [string, string])[] = [
  ['\\/\\/', 'w'],
  ['|\\/|', 'm'],
  ['/\\/\\', 'm'],
  ['|\\|', 'n'],
  ['/\\/', 'n'],
  ['|_|', 'u'],
  ['|-|', 'h'],
  ['|)', 'd'],
  ['|<', 'k'],
  ['|>', 'p'],
  ['/\\', 'a'],
  ['\\/', 'v'],
  ['()', 'o'],
  ['><', 'x'],
];
const LETTERS: ReadonlyMap<string, string> = new Map(DRAWN);
const MARK = /[|\\]|\(\)|></;
/** Empty brackets after a word are a call. */
const ONE_LETTER = /\\\/\\\/|\|\\\/\||\/\\\/\\|\|\\\||\/\\\/|\|_\||\|-\||\|\)|\|<|\|>|\/\\|\\\/|\(\)(?=[a-z0-9])|></g;
const WORD = /[a-z0-9@$!|+()\\/_<>-]{4,40}/g;
const OTHERS = /[^a-z]/g;
const PLAIN: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i', '|': 'l', '+': 't' }; // prettier-ignore
const MIN_BITS = 0.3;
/** One alone may be a path, a table or an expression. */
const MIN_WORDS = 2;

/** Words with letters drawn in signs (`|\|` for n), each drawn letter as one; other signs stay. */
export function joinDrawnLetters(source: TextView): TextView {
  const { text } = source;
  if (!MARK.test(text)) return source;
  const words = [...text.matchAll(WORD)].filter(([word]) => isDrawn(word));
  if (words.length < MIN_WORDS) return source;
  const builder = new MappedTextBuilder(source);
  let copied = 0;
  for (const word of words) {
    for (const drawn of word[0].matchAll(ONE_LETTER)) {
      const start = word.index + drawn.index;
      builder.copy(copied, start);
      copied = start + drawn[0].length;
      builder.put(LETTERS.get(drawn[0])!, start, copied);
    }
  }
  builder.copy(copied, text.length);
  return builder.finish();
}

function isDrawn(word: string): boolean {
  if (!MARK.test(word) || !/[a-z]/.test(word)) return false;
  const joined = word.replace(ONE_LETTER, (drawn) => LETTERS.get(drawn)!);
  if (joined === word || joined.length < 4) return false;
  const plain = joined.replace(OTHERS, (sign) => PLAIN[sign] ?? sign);
  return !/[^a-z]/.test(plain) && wordScore(plain) >= MIN_BITS;
}
