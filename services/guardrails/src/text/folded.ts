import { isPrintableAscii } from './characters.js';
import { unleet } from './leet.js';
import { MappedText, MappedTextBuilder } from './mapped-text.js';
import { joinSpacedLetters } from './spaced-letters.js';
import type { TextView } from './text-views.js';

/** Latin letters with marks or strokes, digits of other scripts, flags that spell. */
const FOREIGN_FORM = /[\u00c0-\u024f\u1e00-\u1eff\u{1f1e6}-\u{1f1ff}\u{1f130}-\u{1f189}]|(?![0-9])\p{Nd}/u;
const FOREIGN_FORMS = new RegExp(FOREIGN_FORM.source, 'gu');
const MARKS = /\p{M}+/gu;
const STROKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ı: 'i',
    ł: 'l',
    ø: 'o',
    đ: 'd',
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    þ: 'th',
    ð: 'd',
    ħ: 'h',
    ŧ: 't',
    ŀ: 'l',
  }),
);
const DIGIT = /^\p{Nd}$/u;
const REGIONAL = /^[\u{1f1e6}-\u{1f1ff}]$/u;
const REGIONAL_A = 0x1f1e6;
/** Letters in filled circles and squares, two alphabets and their gaps. */
const FILLED = /^[\u{1f130}-\u{1f189}]$/u;

/** The canonical view in lower case, without accents, leet and spaces inside words. */
export function fold(canonical: TextView): TextView {
  const plain = isPrintableAscii(canonical.text) ? canonical : plainForms(canonical);
  const lower = new MappedText(lowerCase(plain.text), plain);
  return unleet(joinSpacedLetters(lower));
}

function lowerCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from({ length: text.length }, (_, at) => {
    const each = text[at]!.toLowerCase();
    return each.length === 1 ? each : text[at];
  }).join('');
}

function plainForms(source: TextView): TextView {
  const { text } = source;
  if (!FOREIGN_FORM.test(text)) return source;
  const builder = new MappedTextBuilder(source);
  let copied = 0;
  for (const found of text.matchAll(FOREIGN_FORMS)) {
    const [character] = found;
    const plain = plainForm(character, text, found.index);
    if (plain === character) continue;
    builder.copy(copied, found.index);
    builder.put(plain, found.index, found.index + character.length);
    copied = found.index + character.length;
  }
  builder.copy(copied, text.length);
  return builder.finish();
}

function plainForm(character: string, text: string, at: number): string {
  const code = character.codePointAt(0) ?? 0;
  if (REGIONAL.test(character)) {
    // Two beside each other are the flag of a country; single ones spell.
    const flag = isRegional(text, at - 2) || isRegional(text, at + 2);
    return flag ? character : String.fromCharCode(0x61 + code - REGIONAL_A);
  }
  if (FILLED.test(character)) {
    const letter = (code - 0x1f130) % 0x20;
    return letter < 26 ? String.fromCharCode(0x61 + letter) : character;
  }
  if (DIGIT.test(character)) return String(digitValue(code));
  const bare = character.normalize('NFD').replace(MARKS, '');
  return STROKES.get(bare.toLowerCase()) ?? bare;
}

function isRegional(text: string, at: number): boolean {
  return at >= 0 && REGIONAL.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

/** Digits of a script stand in a row of ten, zero first. */
function digitValue(code: number): number {
  let value = 0;
  while (value < 9 && DIGIT.test(String.fromCodePoint(code - value - 1))) value++;
  return value;
}
