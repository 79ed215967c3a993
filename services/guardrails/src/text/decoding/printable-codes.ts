import { looksLikeLanguage, readsAsEnglish } from '../language.js';
import { EDGE, letterIndex } from '../letter-pairs.js';
import { MappedText } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import { UnitText } from '../unit-text.js';
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
const BASE85_BYTES = 4;
const UU_LINES = /^[!-M][ -`]{4,84}(?:\r?\n[!-M][ -`]{4,84})*$/gm;
const ROT47_FIRST = 33;
const ROT47_SIZE = 94;
const ASCII = 0x80;
const rot47Units = Uint8Array.from({ length: ASCII }, (_, code) =>
  code < ROT47_FIRST || code >= ROT47_FIRST + ROT47_SIZE
    ? code
    : ROT47_FIRST + ((code - ROT47_FIRST + ROT47_SIZE / 2) % ROT47_SIZE),
);
/** By unit: bits for what it is, and for what it is after rot47. */
const GRAPHIC = 1;
const LETTER = 2;
const ROTATED_LETTER = 4;
const signs = Uint8Array.from({ length: ASCII }, (_, code) =>
  code <= 0x20 || code >= 0x7f
    ? 0
    : GRAPHIC +
      (letterIndex(code) === EDGE ? 0 : LETTER) +
      (letterIndex(rot47Units[code]!) === EDGE ? 0 : ROTATED_LETTER),
);
const MIN_LINE = 12;
/** Letters among the signs of a line: three of four in English and half of them after rot47. */
const MAX_LETTERS = 0.7;
const MIN_ROTATED = 0.7;
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
  yield* rot47Lines(source, room);
}

function* rot47Lines(source: TextView, room: number): Iterable<Decoding> {
  const { text } = source;
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (end - start >= MIN_LINE && end - start <= room && isUnusual(text, start, end)) {
      const line = text.slice(start, end);
      const decoded = looksLikeLanguage(line) < MAX_LANGUAGE ? rot47(line) : '';
      const from = start;
      const view = new MappedText(decoded, source, (first, last) => ({ start: from + first, end: from + last }));
      if (readsAsEnglish(decoded)) yield { encoding: 'rot47', view, certain: true, cipher: true };
    }
    start = end + 1;
  }
}

/** Too few letters for a language as it stands, and enough of them after rot47. */
function isUnusual(text: string, start: number, end: number): boolean {
  let graphic = 0;
  let letters = 0;
  let rotated = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    const sign = unit < ASCII ? signs[unit]! : 0;
    graphic += sign & GRAPHIC;
    letters += sign & LETTER;
    rotated += sign & ROTATED_LETTER;
  }
  return letters / LETTER < graphic * MAX_LETTERS && rotated / ROTATED_LETTER > graphic * MIN_ROTATED;
}

function rot47(line: string): string {
  const rotated = new UnitText(line.length);
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    rotated.put(unit < ASCII ? rot47Units[unit]! : unit);
  }
  return rotated.read();
}

function ascii85(source: TextView, token: string, at: number): TextView | undefined {
  const opening = token.startsWith('<~') ? 2 : 0;
  const length = token.length - opening - (token.endsWith('~>') ? 2 : 0);
  const rest = length % BASE85_GROUP;
  const bytes = new Uint8Array(Math.floor(length / BASE85_GROUP) * BASE85_BYTES + Math.max(0, rest - 1));
  let written = 0;
  for (let group = 0; group < length; group += BASE85_GROUP) {
    const value = base85Group(token, opening + group, opening + Math.min(length, group + BASE85_GROUP));
    if (value < 0) return undefined;
    const size = Math.min(BASE85_GROUP, length - group) - 1;
    for (let byte = 0; byte < size; byte++) bytes[written++] = (value >>> (24 - byte * 8)) & 0xff;
    // Data shows itself in its first bytes.
    if (written > 0 && bytes[written - 1]! < 9) return undefined;
  }
  const start = at + opening;
  return byteText(bytes, { source, offset: (index) => start + index, bitsPerCharacter: 32 / BASE85_GROUP, length });
}

/** A number of 32 bits; a group that is too short is filled up with the highest digit. -1 = it is none. */
function base85Group(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < start + BASE85_GROUP; at++) {
    const digit = at < end ? text.charCodeAt(at) - BASE85_FIRST : BASE85_DIGITS - 1;
    if (digit >= BASE85_DIGITS) return -1;
    value = value * BASE85_DIGITS + digit;
  }
  return value > 0xffff_ffff ? -1 : value;
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
    for (let byte = 0; byte < length; byte++) bytes.push(uuByte(digits, byte));
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

/** A byte of six bits of one digit and two of the next, and so on; digits that are missing are zero. */
function uuByte(digits: string, at: number): number {
  const bit = at * 8;
  const first = Math.floor(bit / 6);
  return (((sextet(digits, first) << 6) | sextet(digits, first + 1)) >> (4 - (bit % 6))) & 0xff;
}

function sextet(digits: string, at: number): number {
  return at < digits.length ? (digits.charCodeAt(at) - 32) & 0x3f : 0;
}
