import { MappedTextBuilder } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import type { Decoding } from './decoder.js';
import { readsAsValue } from './values.js';

const MORSE_CODE =
  'a.- b-... c-.-. d-.. e. f..-. g--. h.... i.. j.--- k-.- l.-.. m-- n-. o--- p.--. q--.- r.-. s... t- u..- v...- w.-- ' +
  'x-..- y-.-- z--.. 0----- 1.---- 2..--- 3...-- 4....- 5..... 6-.... 7--... 8---.. 9----.';
const morse: ReadonlyMap<string, string> = new Map(
  MORSE_CODE.split(' ').map((each) => [each.slice(1), each.charAt(0)] as const),
);

const NATO =
  'alfa alpha bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike november oscar papa quebec ' +
  'romeo sierra tango uniform victor whiskey xray yankee zulu';
const MORSE_RUN = /[.-]{1,5}(?:[ \t]{1,7}[.-]{1,5}|[ \t]{0,3}[/|\n][ \t]{0,3}[.-]{1,5}){7,}/g;
const NATO_RUN = new RegExp(
  `\\b(?:${NATO.replaceAll(' ', '|')})(?:[ ,-]{1,2}(?:${NATO.replaceAll(' ', '|')})){4,}\\b`,
  'gi',
);
const DECIMAL_RUN = /\b\d{2,3}(?:[ ,;]{1,2}\d{2,3}){7,}\b/g;
const BRAILLE_RUN = /[\u2801-\u28ff](?:[ ]?[\u2801-\u28ff]){4,}/g;
/** Dots of the letters a to z as bits. */
const BRAILLE = [1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53];
const BRAILLE_FIRST = 0x2800;
const A = 0x61;
const SPACE = 0x20;
/** By dots: a letter, or 0 for none. */
const brailleLetters = Uint8Array.from({ length: 0x100 }, (_, dots) => {
  const letter = BRAILLE.indexOf(dots);
  return letter < 0 ? 0 : A + letter;
});
/** Rows of dots, dashes or numbers repeat a few of them. */
const MIN_ALPHABET = 5;

interface Spelling {
  readonly encoding: string;
  readonly run: RegExp;
  /** Writes what a run spells; false = it holds what is no letter. */
  spell(run: string, start: number, builder: MappedTextBuilder): boolean;
}

const SPELLINGS: readonly Spelling[] = [
  {
    encoding: 'morse',
    run: MORSE_RUN,
    spell: inParts(/[.-]+|[/|\n]|[ \t]{3,}/g, (part) => (/^[.-]/.test(part) ? morse.get(part) : ' ')),
  },
  { encoding: 'nato', run: NATO_RUN, spell: inParts(/[A-Za-z]+/g, (part) => part.charAt(0).toLowerCase()) },
  { encoding: 'decimal', run: DECIMAL_RUN, spell: inParts(/\d+/g, decimalLetter) },
  { encoding: 'braille', run: BRAILLE_RUN, spell: spellBraille },
];

/** Texts that spell each letter with a word, a number or signs. */
export function* decodeSpelled(source: TextView, room: number): Iterable<Decoding> {
  for (const { encoding, run, spell } of SPELLINGS) {
    for (const found of source.text.matchAll(run)) {
      const builder = new MappedTextBuilder(source);
      if (found[0].length > room * 6 || !spell(found[0], found.index, builder)) continue;
      const view = builder.finish();
      if (hasAlphabet(view.text) || readsAsValue(view.text)) yield { encoding, view, certain: encoding === 'nato' };
    }
  }
}

/** `decode`: undefined = no letter; a gap between words is a space. */
function inParts(part: RegExp, decode: (part: string) => string | undefined): Spelling['spell'] {
  return (run, runStart, builder) => {
    for (const { 0: own, index } of run.matchAll(part)) {
      const letter = decode(own);
      if (letter === undefined) return false;
      builder.put(letter, runStart + index, runStart + index + own.length);
    }
    return true;
  };
}

function decimalLetter(part: string): string | undefined {
  const code = Number(part);
  return code >= 32 && code < 127 ? String.fromCharCode(code) : undefined;
}

/** Every sign is a letter, so a loop instead of matches: they would be many objects. */
function spellBraille(run: string, start: number, builder: MappedTextBuilder): boolean {
  for (let at = 0; at < run.length; at++) {
    const unit = run.charCodeAt(at);
    const letter = unit === SPACE ? SPACE : brailleLetters[unit - BRAILLE_FIRST]!;
    if (letter === 0) return false;
    builder.unit(letter, start + at, start + at + 1);
  }
  return true;
}

function hasAlphabet(text: string): boolean {
  const seen = new Set<string>();
  for (const each of text) if (seen.add(each).size >= MIN_ALPHABET) return true;
  return false;
}
