import { byteText, type EncodedRun } from './byte-text.js';
import type { Decoding } from './decoder.js';
import { asciiSet, runsOf, type Run } from './runs.js';
import type { TextView } from '../text-views.js';

const DIGITS = asciiSet(/[A-Za-z0-9+/_-]/);
const MIN_RUN = 12;
/** Words and compounds; an encoding hardly ever avoids digits and capitals. */
const WORDS = /^[A-Za-z]?[a-z]*(?:[-_/][A-Za-z]?[a-z]*)*$/;
const LONGEST_WORDS = 32;
const BASE32 = /^(?:[A-Z2-7]+|[a-z2-7]+)$/;
const HEX = /^(?:0[xX])?[0-9A-Fa-f]+$/;
/** Bytes apart: `69 67 6e`, `69:67:6e`, `0x69, 0x67`. */
const SPACED_HEX = /\b(?:(?:0[xX])?[0-9A-Fa-f]{2}(?:, ?|[ :\-\n])){7,}(?:0[xX])?[0-9A-Fa-f]{2}/g;
const SPACED_BITS = /\b[01]{8}(?:[ ,\n]?[01]{8}){5,}/g;
/** Characters of bytes apart, and as many of them as the fewest bytes take. */
const APART = asciiSet(/[0-9A-Fa-fxX ,:\-\n]/);
const MIN_APART = 23;
/** Lines of one encoded text, as mail writes them. */
const MIN_WRAPPED_LINE = 60;
const BASE32_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** base64 (standard and url-safe), base32 and hex in runs of their characters; hex and bits also with gaps. */
export function* decodeBaseN(source: TextView, room: number): Iterable<Decoding> {
  let token: boolean = false;
  for (const found of wrappedRuns(source.text)) {
    const text = source.text.slice(found.start, found.end);
    // The parts of a signed token are data for a program.
    const follows: boolean = token && source.text[found.start - 1] === '.';
    token = follows || (text.startsWith('eyJ') && source.text[found.end] === '.');
    if (token || text.length > room * 2 || (text.length < LONGEST_WORDS && WORDS.test(text))) continue;
    yield* decodeRun(source, found, text);
  }
  if (runsOf(source.text, APART, MIN_APART).length === 0) return;
  for (const found of source.text.matchAll(SPACED_HEX)) yield* bytesApart(source, found, 'hex');
  for (const found of source.text.matchAll(SPACED_BITS)) yield* bytesApart(source, found, 'binary');
}

function* wrappedRuns(text: string): Iterable<Run> {
  let open: Run | undefined;
  for (const found of runsOf(text, DIGITS, MIN_RUN)) {
    const gap = open ? text.slice(open.end, found.start) : '';
    const wrapped = open && (gap === '\n' || gap === '\r\n') && lastLine(text, open) >= MIN_WRAPPED_LINE;
    if (open && wrapped) {
      open = { start: open.start, end: found.end };
      continue;
    }
    if (open) yield open;
    open = found;
  }
  if (open) yield open;
}

function lastLine(text: string, run: Run): number {
  return run.end - Math.max(run.start, text.lastIndexOf('\n', run.end - 1) + 1);
}

function* decodeRun(source: TextView, { start }: Run, text: string): Iterable<Decoding> {
  const offsets = /[\r\n=]/.test(text) ? offsetsOf(text, start) : undefined;
  const compact = text.replace(/[\r\n=]/g, '');
  const run = (bitsPerCharacter: number, skipped: number): EncodedRun => ({
    source,
    offset: (index) => offsets?.[index + skipped] ?? start + index + skipped,
    bitsPerCharacter,
    length: compact.length - skipped,
  });
  if (HEX.test(compact)) {
    const skipped = /^0x/i.test(compact) ? 2 : 0;
    const view = byteText(Buffer.from(compact.slice(skipped), 'hex'), run(4, skipped));
    if (view) return yield { encoding: 'hex', view, certain: false };
  }
  if (BASE32.test(compact)) {
    const view = byteText(fromBase32(compact.toUpperCase()), run(5, 0));
    if (view) return yield { encoding: 'base32', view, certain: false };
  }
  const view = byteText(Buffer.from(compact, 'base64'), run(6, 0));
  if (view) yield { encoding: 'base64', view, certain: false };
}

function offsetsOf(text: string, start: number): number[] {
  const offsets: number[] = [];
  for (let at = 0; at < text.length; at++) if (!'\r\n='.includes(text[at]!)) offsets.push(start + at);
  return offsets;
}

function fromBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let value = 0;
  let length = 0;
  for (const character of text) {
    value = ((value << 5) | BASE32_ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (value >> bits) & 0xff;
  }
  return bytes;
}

/** Each part is one byte. */
function bytesApart(source: TextView, found: RegExpExecArray, encoding: 'hex' | 'binary'): Iterable<Decoding> {
  const { 0: text, index: start } = found;
  const [radix, width] = encoding === 'hex' ? [16, 2] : [2, 8];
  const bytes = new Uint8Array(text.length / width);
  const offsets = new Int32Array(bytes.length);
  let count = 0;
  for (let at = 0; at + width <= text.length; at++) {
    if (!isDigit(text, at) || isPrefix(text, at)) continue;
    let value = 0;
    for (let digit = at; digit < at + width; digit++) value = value * radix + digitAt(text, digit);
    bytes[count] = value;
    offsets[count++] = start + at;
    at += width - 1;
  }
  const view = byteText(bytes.subarray(0, count), {
    source,
    offset: (index) => (index < count ? offsets[index]! : start + text.length),
    bitsPerCharacter: 8,
    length: count,
  });
  return view ? [{ encoding, view, certain: false }] : [];
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (unit >= 0x30 && unit <= 0x39) || ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x66);
}

function digitAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit <= 0x39 ? unit - 0x30 : (unit | 0x20) - 0x57;
}

/** The `0` of `0x69`; its `x` is no digit. */
function isPrefix(text: string, at: number): boolean {
  return at + 1 < text.length && (text.charCodeAt(at + 1) | 0x20) === 0x78;
}
