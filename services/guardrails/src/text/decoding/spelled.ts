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
/** Rows of dots, dashes or numbers repeat a few of them. */
const MIN_ALPHABET = 5;

interface Spelling {
  readonly encoding: string;
  readonly run: RegExp;
  readonly part: RegExp;
  /** undefined = no letter; a gap between words is a space. */
  decode(part: string): string | undefined;
}

const SPELLINGS: readonly Spelling[] = [
  {
    encoding: 'morse',
    run: MORSE_RUN,
    part: /[.-]+|[/|\n]|[ \t]{3,}/g,
    decode: (part) => (/^[.-]/.test(part) ? morse.get(part) : ' '),
  },
  { encoding: 'nato', run: NATO_RUN, part: /[A-Za-z]+/g, decode: (part) => part.charAt(0).toLowerCase() },
  {
    encoding: 'decimal',
    run: DECIMAL_RUN,
    part: /\d+/g,
    decode: (part) => (Number(part) >= 32 && Number(part) < 127 ? String.fromCharCode(Number(part)) : undefined),
  },
  {
    encoding: 'braille',
    run: BRAILLE_RUN,
    part: /[\u2801-\u28ff ]/g,
    decode: (part) => {
      const letter = BRAILLE.indexOf(part.charCodeAt(0) - BRAILLE_FIRST);
      return part === ' ' ? ' ' : letter < 0 ? undefined : String.fromCharCode(A + letter);
    },
  },
];

/** Texts that spell each letter with a word, a number or signs. */
export function* decodeSpelled(source: TextView, room: number): Iterable<Decoding> {
  for (const spelling of SPELLINGS) {
    for (const found of source.text.matchAll(spelling.run)) {
      const view = found[0].length > room * 6 ? undefined : spell(source, found, spelling);
      if (view && (new Set(view.text).size >= MIN_ALPHABET || readsAsValue(view.text)))
        yield { encoding: spelling.encoding, view, certain: spelling.encoding === 'nato' };
    }
  }
}

function spell(source: TextView, run: RegExpExecArray, { part, decode }: Spelling): TextView | undefined {
  const builder = new MappedTextBuilder(source);
  for (const found of run[0].matchAll(part)) {
    const letter = decode(found[0]);
    if (letter === undefined) return undefined;
    const start = run.index + found.index;
    builder.put(letter, start, start + found[0].length);
  }
  return builder.finish();
}
