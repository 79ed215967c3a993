import { wordUnit } from './characters.js';
import { exactTwins, readableTwins } from './confusables.js';
import { MappedTextBuilder } from './mapped-text.js';
import type { TextView } from './text-views.js';

/** A word that may be made of look-alikes. */
interface Suspect {
  readonly start: number;
  readonly end: number;
  readonly letters: readonly string[];
  /** ASCII letters stand beside letters of another kind; otherwise all letters look exactly like ASCII. */
  readonly mixed: boolean;
  /** Block of 256 code points of its first letter that is not ASCII. */
  readonly script: number;
}

/** The words of a text that hold more than ASCII. */
interface Words {
  readonly suspects: readonly Suspect[];
  /** Scripts in which the text has words that cannot be taken for ASCII: it is really written in them. */
  readonly native: ReadonlySet<number>;
}

const ASCII_LETTER = /[A-Za-z]/;
/** Greek letters stand in short words of mathematics and units. */
const SHORT_WORD = 3;
const GREEK = 0x03;

/** Look-alikes as the ASCII letters they are read as, where a word is not simply a word of another script. */
export function foldLookAlikes(source: TextView): TextView {
  const { suspects, native } = wordsBeyondAscii(source.text);
  const builder = new MappedTextBuilder(source);
  let copied = 0;
  for (const word of suspects) {
    const folded = fold(word, native);
    if (!folded) continue;
    builder.copy(copied, word.start);
    let at = word.start;
    for (const [index, letter] of word.letters.entries()) {
      builder.put(folded[index] ?? letter, at, at + letter.length);
      at += letter.length;
    }
    copied = word.end;
  }
  if (!copied) return source;
  builder.copy(copied, source.text.length);
  return builder.finish();
}

/** The letters of a word after folding; undefined = it stays as it is. */
function fold(word: Suspect, native: ReadonlySet<number>): readonly string[] | undefined {
  if (word.mixed) {
    const isNative = native.has(word.script);
    const short = word.script === GREEK && word.letters.length <= SHORT_WORD;
    const table = isNative || short ? exactTwins : readableTwins;
    const folded = word.letters.map((letter) => table.get(letter) ?? letter);
    const ascii = folded.filter((letter) => ASCII_LETTER.test(letter)).length;
    // Where both scripts are at home, an ending after a Latin name is no disguise.
    const least = isNative ? folded.length : folded.length / 2 + 1;
    return ascii >= least ? folded : undefined;
  }
  if (native.has(word.script)) return undefined;
  return word.letters.map((letter) => exactTwins.get(letter) ?? letter);
}

function wordsBeyondAscii(text: string): Words {
  const suspects: Suspect[] = [];
  const native = new Set<number>();
  let done = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80 || !isWordUnit(unit)) continue;
    let start = at;
    while (start > done && isWordUnit(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && isWordUnit(text.charCodeAt(end))) end++;
    done = at = end;
    const kind = kindOf(text, start, end);
    if (kind.plain) native.add(kind.script);
    else if (kind.mixed || kind.exact) suspects.push({ start, end, letters: [...text.slice(start, end)], ...kind });
  }
  return { suspects, native };
}

function isWordUnit(unit: number): boolean {
  return wordUnit[unit] === 1 || isSurrogate(unit);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

/** Small capitals and signs of pronunciation: Latin letters that no language is written in. */
function isPhonetic(unit: number): boolean {
  return (unit >= 0x250 && unit < 0x2b0) || (unit >= 0x1d00 && unit < 0x1d80) || unit === 0xa730 || unit === 0xa731;
}

/** plain: a word of its own script. exact: every letter beyond ASCII looks exactly like an ASCII one. */
function kindOf(text: string, start: number, end: number) {
  let ascii = false;
  let readable = false;
  let exact = true;
  let script = -1;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      ascii ||= (unit | 0x20) >= 0x61;
      continue;
    }
    if (script < 0) script = unit >> 8;
    const letter = isSurrogate(unit) ? text.slice(at, ++at + 1) : String.fromCharCode(unit);
    if (!exactTwins.has(letter)) exact = false;
    readable ||= exact || readableTwins.has(letter);
    ascii ||= isPhonetic(unit);
  }
  const mixed = ascii && readable;
  return { script, mixed, exact: exact && !ascii, plain: !ascii && !exact };
}
