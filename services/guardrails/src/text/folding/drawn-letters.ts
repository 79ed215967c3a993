import { asciiSet, runsOf } from '../decoding/runs.js';
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
const WORD = asciiSet(/[a-z0-9@$!|+()\\/_<>-]/);
const SHORTEST = 4;
const LONGEST = 40;
const PLAIN: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i', '|': 'l', '+': 't' }; // prettier-ignore
const MIN_BITS = 0.3;
/** One alone may be a path, a table or an expression. */
const MIN_WORDS = 2;

interface Drawn {
  readonly letter: string;
  readonly start: number;
  readonly end: number;
}

/** Words with letters drawn in signs (`|\|` for n), each drawn letter as one; other signs stay. */
export function joinDrawnLetters(source: TextView): TextView {
  const { text } = source;
  if (!MARK.test(text)) return source;
  const words = [...drawnWords(text)];
  if (words.length < MIN_WORDS) return source;
  const builder = new MappedTextBuilder(source);
  let copied = 0;
  for (const { letter, start, end } of words.flat()) {
    builder.copy(copied, start);
    builder.put(letter, start, end);
    copied = end;
  }
  builder.copy(copied, text.length);
  return builder.finish();
}

/** Of each word with drawn letters, these letters. */
function* drawnWords(text: string): Iterable<readonly Drawn[]> {
  for (const run of runsOf(text, WORD, SHORTEST)) {
    for (let start = run.start; start + SHORTEST <= run.end; start += LONGEST) {
      const word = text.slice(start, Math.min(run.end, start + LONGEST));
      const drawn = MARK.test(word) ? drawnIn(word, start) : [];
      if (drawn.length > 0 && reads(word, drawn, start)) yield drawn;
    }
  }
}

function drawnIn(word: string, wordStart: number): readonly Drawn[] {
  return Array.from(word.matchAll(ONE_LETTER), ({ 0: signs, index }) => {
    const start = wordStart + index;
    return { letter: LETTERS.get(signs)!, start, end: start + signs.length };
  });
}

/** Whether a word is one of letters, drawn and plain ones and signs that stand for one. */
function reads(word: string, drawn: readonly Drawn[], wordStart: number): boolean {
  if (!/[a-z]/.test(word)) return false;
  let plain = '';
  let at = 0;
  for (const { letter, start, end } of drawn) {
    plain += plainLetters(word, at, start - wordStart) + letter;
    at = end - wordStart;
  }
  plain += plainLetters(word, at, word.length);
  return plain.length >= SHORTEST && !/[^a-z]/.test(plain) && wordScore(plain) >= MIN_BITS;
}

function plainLetters(word: string, start: number, end: number): string {
  let plain = '';
  for (let at = start; at < end; at++) plain += PLAIN[word[at]!] ?? word[at]!;
  return plain;
}
