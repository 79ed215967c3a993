import { wordUnit } from './characters.js';
import { exactTwins, readableTwins } from './confusables.js';
import { MappedTextBuilder } from './mapped-text.js';
import type { TextView } from './text-views.js';

/** Words that may be made of look-alikes: a row of numbers for each, so that a text of nothing else costs no objects. */
const FIELDS = 5;
const START = 0;
const END = 1;
/** 1 = ASCII letters stand beside letters of another kind; 0 = all letters look exactly like ASCII. */
const MIXED = 2;
/** Block of 256 code points of its first letter that is not ASCII. */
const SCRIPT = 3;
/** In characters. */
const LENGTH = 4;

/** The words of a text that hold more than ASCII. */
interface Words {
  readonly suspects: readonly number[];
  /** Scripts in which the text has words that cannot be taken for ASCII: it is really written in them. */
  readonly native: ReadonlySet<number>;
}

/** Greek letters stand in short words of mathematics and units. */
const SHORT_WORD = 3;
const GREEK = 0x03;

/** Twins of the letters of the basic plane by code unit, 0 = none; the few others are looked up by their text. */
class Twins {
  readonly #units: Uint8Array;

  constructor(private readonly table: ReadonlyMap<string, string>) {
    this.#units = new Uint8Array(0x1_0000);
    for (const [letter, twin] of table) if (letter.length === 1) this.#units[letter.charCodeAt(0)] = twin.charCodeAt(0);
  }

  /** `width`: units of the character at an offset. */
  at(text: string, offset: number, width: number): number {
    if (width === 1) return this.#units[text.charCodeAt(offset)]!;
    return this.table.get(text.slice(offset, offset + width))?.charCodeAt(0) ?? 0;
  }
}

const exact = new Twins(exactTwins);
const readable = new Twins(readableTwins);

/** Look-alikes as the ASCII letters they are read as, where a word is not simply a word of another script. */
export function foldLookAlikes(source: TextView): TextView {
  const { text } = source;
  const { suspects, native } = wordsBeyondAscii(text);
  const builder = new MappedTextBuilder(source);
  let copied = 0;
  for (let word = 0; word < suspects.length; word += FIELDS) {
    const [start, end] = [suspects[word + START]!, suspects[word + END]!];
    const twins = twinsFor(text, suspects, word, native);
    if (!twins) continue;
    builder.copy(copied, start);
    for (let at = start; at < end;) {
      const width = widthAt(text, at);
      const twin = twins.at(text, at, width);
      if (twin) builder.unit(twin, at, at + width);
      else builder.copy(at, at + width);
      at += width;
    }
    copied = end;
  }
  if (!copied) return source;
  builder.copy(copied, text.length);
  return builder.finish();
}

/** What a word has to be read with; undefined = it stays as it is. */
function twinsFor(text: string, words: readonly number[], word: number, native: ReadonlySet<number>) {
  const script = words[word + SCRIPT]!;
  const isNative = native.has(script);
  if (words[word + MIXED] === 0) return isNative ? undefined : exact;
  const length = words[word + LENGTH]!;
  const twins = isNative || (script === GREEK && length <= SHORT_WORD) ? exact : readable;
  // Where both scripts are at home, an ending after a Latin name is no disguise.
  const least = isNative ? length : length / 2 + 1;
  return asciiAfter(text, words[word + START]!, words[word + END]!, twins) >= least ? twins : undefined;
}

/** Characters of a word that are ASCII letters after all are exchanged for their twins. */
function asciiAfter(text: string, start: number, end: number, twins: Twins): number {
  let ascii = 0;
  for (let at = start; at < end;) {
    const width = widthAt(text, at);
    const unit = twins.at(text, at, width) || text.charCodeAt(at);
    if (unit < 0x80 && (unit | 0x20) >= 0x61) ascii++;
    at += width;
  }
  return ascii;
}

function wordsBeyondAscii(text: string): Words {
  const suspects: number[] = [];
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
    judge(text, start, end, suspects, native);
  }
  return { suspects, native };
}

/** A word is simply one of its own script, or a suspect, or neither. */
function judge(text: string, start: number, end: number, suspects: number[], native: Set<number>): void {
  let ascii = false;
  let anyReadable = false;
  let allExact = true;
  let script = -1;
  let length = 0;
  for (let at = start; at < end; length++) {
    const unit = text.charCodeAt(at);
    const width = widthAt(text, at);
    if (unit < 0x80) ascii ||= (unit | 0x20) >= 0x61;
    else {
      if (script < 0) script = unit >> 8;
      if (!exact.at(text, at, width)) allExact = false;
      anyReadable ||= allExact || readable.at(text, at, width) > 0;
      ascii ||= isPhonetic(unit);
    }
    at += width;
  }
  const mixed = ascii && anyReadable;
  if (!ascii && !allExact) native.add(script);
  else if (mixed || allExact) suspects.push(start, end, Number(mixed), script, length);
}

function isWordUnit(unit: number): boolean {
  return wordUnit[unit] === 1 || isSurrogate(unit);
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xe000;
}

function widthAt(text: string, at: number): number {
  return isSurrogate(text.charCodeAt(at)) ? 2 : 1;
}

/** Small capitals and signs of pronunciation: Latin letters that no language is written in. */
function isPhonetic(unit: number): boolean {
  return (unit >= 0x250 && unit < 0x2b0) || (unit >= 0x1d00 && unit < 0x1d80) || unit === 0xa730 || unit === 0xa731;
}
