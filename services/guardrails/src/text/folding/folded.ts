import { isPrintableAscii } from '../characters.js';
import { unleet } from './leet.js';
import { MappedText, MappedTextBuilder } from '../mapped-text.js';
import { joinSpacedLetters } from './spaced-letters.js';
import type { TextView } from '../text-views.js';

/** Latin letters with marks or strokes, digits of other scripts, flags that spell. */
const FOREIGN_FORM = /[\u00c0-\u024f\u1e00-\u1eff\u{1f1e6}-\u{1f1ff}\u{1f130}-\u{1f189}]|(?![0-9])\p{Nd}/u;
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

const STAYS = 0;
/** More than one unit, or it depends on what is around. */
const LOOK = 1;
/** By code unit: its plain form, or one of these two. */
const plainUnit: Uint16Array = Uint16Array.from({ length: 0x1_0000 }, (_, code) => {
  if (code >= 0xd800 && code < 0xdc00) return LOOK;
  const character = String.fromCharCode(code);
  if (code < 0x80 || !FOREIGN_FORM.test(character)) return STAYS;
  const plain = plainForm(character, character, 0);
  if (plain === character) return STAYS;
  return plain.length === 1 ? plain.charCodeAt(0) : LOOK;
});

/** The canonical view without accents and without spaces inside of words. */
export function unspaced(canonical: TextView): TextView {
  return joinSpacedLetters(isPrintableAscii(canonical.text) ? canonical : plainForms(canonical));
}

/** That in lower case, with leet undone. */
export function fold(words: TextView): TextView {
  return unleet(new MappedText(lowerCase(words.text), words));
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
  let builder: MappedTextBuilder | undefined;
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const known = plainUnit[unit]!;
    if (known === STAYS) continue;
    const character = known === LOOK ? String.fromCodePoint(text.codePointAt(at) ?? 0) : '';
    const plain = known === LOOK ? plainForm(character, text, at) : '';
    if (plain === character && known === LOOK) continue;
    builder ??= new MappedTextBuilder(source);
    builder.copy(copied, at);
    if (known === LOOK) builder.put(plain, at, at + character.length);
    else builder.unit(known, at, at + 1);
    copied = at + Math.max(1, character.length);
    at = copied - 1;
  }
  builder?.copy(copied, text.length);
  return builder?.finish() ?? source;
}

function plainForm(character: string, text: string, at: number): string {
  if (!FOREIGN_FORM.test(character)) return character;
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
