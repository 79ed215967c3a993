import { looksLikeLanguage, readsAsEnglish } from '../language.js';
import { EDGE, letterIndex } from '../letter-pairs.js';
import { MappedText } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import { byteText } from './byte-text.js';
import type { Decoding } from './decoder.js';
import { asciiSet, runsOf } from './runs.js';

const TOKEN = asciiSet(/[!-~]/);
const MIN_TOKEN = 15;
/** Words, links, paths and the encodings of fewer characters. */
const ORDINARY = /^[A-Za-z0-9+/=_.:-]*$/;
const BASE85_FIRST = 33;
const BASE85_DIGITS = 85;
const BASE85_GROUP = 5;
const UU_LINES = /^[!-M][ -`]{4,84}(?:\r?\n[!-M][ -`]{4,84})*$/gm;
const ROT47_FIRST = 33;
const ROT47_SIZE = 94;
const LINE = /[^\n]{12,}/g;
const GRAPHIC = /[!-~]/g;
/** Letters among the signs of a line: three of four in English and half of them after rot47. */
const MAX_LETTERS = 0.7;
const MAX_LANGUAGE = 0.3;

/** Encodings that use most of printable ASCII: ascii85, uuencode, rot47. */
export function* decodePrintableCodes(source: TextView, room: number): Iterable<Decoding> {
  for (const run of runsOf(source.text, TOKEN, MIN_TOKEN)) {
    const token = source.text.slice(run.start, run.end);
    if (token.length > room || ORDINARY.test(token)) continue;
    const view = ascii85(source, token, run.start);
    if (view) yield { encoding: 'ascii85', view, certain: false };
  }
  for (const found of source.text.matchAll(UU_LINES)) {
    const view = found[0].length > room ? undefined : uuLines(source, found);
    if (view) yield { encoding: 'uuencode', view, certain: false };
  }
  for (const found of source.text.matchAll(LINE)) {
    if (found[0].length > room || !isUnusual(found[0])) continue;
    const text = found[0].replace(GRAPHIC, rot47);
    if (!readsAsEnglish(text)) continue;
    const view = new MappedText(text, source, (start, end) => ({ start: found.index + start, end: found.index + end }));
    yield { encoding: 'rot47', view, certain: true, last: true };
  }
}

function isUnusual(line: string): boolean {
  let graphic = 0;
  let letters = 0;
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    if (unit > 0x20 && unit < 0x7f) graphic++;
    if (letterIndex(unit) !== EDGE) letters++;
  }
  return letters < graphic * MAX_LETTERS && looksLikeLanguage(line) < MAX_LANGUAGE;
}

function rot47(character: string): string {
  return String.fromCharCode(ROT47_FIRST + ((character.charCodeAt(0) - ROT47_FIRST + ROT47_SIZE / 2) % ROT47_SIZE));
}

function ascii85(source: TextView, token: string, at: number): TextView | undefined {
  const opening = token.startsWith('<~') ? 2 : 0;
  const digits = token.slice(opening).replace(/~>$/, '');
  const bytes: number[] = [];
  for (let group = 0; group < digits.length; group += BASE85_GROUP) {
    const value = base85Group(digits.slice(group, group + BASE85_GROUP));
    const size = Math.min(BASE85_GROUP, digits.length - group) - 1;
    if (value === undefined) return undefined;
    for (let byte = 0; byte < size; byte++) bytes.push(Math.floor(value / 2 ** (24 - byte * 8)) & 0xff);
    // Data shows itself in its first bytes.
    if (bytes.at(-1)! < 9) return undefined;
  }
  const start = at + opening;
  return byteText(Uint8Array.from(bytes), {
    source,
    offset: (index) => start + index,
    bitsPerCharacter: 32 / BASE85_GROUP,
    length: digits.length,
  });
}

function base85Group(group: string): number | undefined {
  let value = 0;
  for (let at = 0; at < BASE85_GROUP; at++) {
    const digit = at < group.length ? group.charCodeAt(at) - BASE85_FIRST : BASE85_DIGITS - 1;
    if (digit >= BASE85_DIGITS) return undefined;
    value = value * BASE85_DIGITS + digit;
  }
  return value > 0xffff_ffff ? undefined : value;
}

/** Each line says first how many bytes it holds. */
function uuLines(source: TextView, found: RegExpExecArray): TextView | undefined {
  const bytes: number[] = [];
  const offsets: number[] = [];
  let at = found.index;
  for (const line of found[0].split('\n')) {
    const length = line.charCodeAt(0) - 32;
    const digits = line.slice(1).replace(/\r$/, '');
    const expected = Math.ceil(length / 3) * 4;
    if (digits.length > expected || digits.length < expected - 3) return undefined;
    bytes.push(...uuBytes(digits.padEnd(expected, ' '), length));
    for (let digit = 0; digit < digits.length; digit++) offsets.push(at + 1 + digit);
    at += line.length + 1;
  }
  return byteText(Uint8Array.from(bytes), {
    source,
    offset: (index) => offsets[index] ?? found.index + found[0].length,
    bitsPerCharacter: 6,
    length: offsets.length,
  });
}

function uuBytes(digits: string, length: number): number[] {
  const sextet = (index: number) => ((digits.charCodeAt(index) || 32) - 32) & 0x3f;
  return Array.from({ length }, (_, at) => {
    const bit = at * 8;
    const pair = (sextet(Math.floor(bit / 6)) << 6) | sextet(Math.floor(bit / 6) + 1);
    return (pair >> (4 - (bit % 6))) & 0xff;
  });
}
