import type { Span } from '../verdict-words.js';
import type { TextView, TextViews } from '../../text/text-views.js';
import { exactTwins } from '../../text/confusables.js';
import { squeezed } from './squeeze.js';

export interface FoundCanary extends Span {
  readonly score: number;
}

interface Needle {
  readonly text: string;
  readonly score: number;
}

const HALF_SCORE = 0.9;
const PIECES_SCORE = 0.8;
const QUARTERS = 4;
/** Between two quarters of a mark, in letters and digits. */
const MAX_GAP = 120;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const BASE64_GROUP = 3;

/** Looks for marks in every view of an output: split, re-cased, reversed or encoded. */
export class CanarySearch {
  readonly #needles: readonly Needle[];
  readonly #canaries: readonly string[];

  constructor(canaries: readonly string[]) {
    this.#canaries = canaries.map((canary) => canary.toLowerCase());
    this.#needles = this.#canaries.flatMap(needlesOf);
  }

  in(views: TextViews): FoundCanary | undefined {
    if (!this.#canaries.length) return undefined;
    let best: FoundCanary | undefined;
    for (const view of [views.canonical, ...views.decoded]) {
      const found = this.#inSqueezed(squeezed(view));
      if (found && found.score > (best?.score ?? 0)) best = found;
      if (best?.score === 1) return best;
    }
    return best;
  }

  #inSqueezed(view: TextView): FoundCanary | undefined {
    const text = lookAlikes(view.text);
    const plain = unleeted(text);
    let best: { start: number; end: number; score: number } | undefined;
    for (const { text: needle, score } of this.#needles) {
      if (score <= (best?.score ?? 0)) continue;
      const direct = text.indexOf(needle);
      const start = direct < 0 ? plain.indexOf(unleeted(needle)) : direct;
      if (start >= 0) best = { start, end: start + needle.length, score };
    }
    best ??= this.#canaries.map((canary) => inPieces(text, canary)).find((found) => found !== undefined);
    return best && { ...view.originalSpan(best.start, best.end), score: best.score };
  }
}

/** All forms in which a mark can stand in a squeezed text. */
function needlesOf(canary: string): Needle[] {
  const half = canary.length / 2;
  const forms = [canary, [...canary].reverse().join(''), rot13(canary)];
  const parts = Array.from({ length: half + 1 }, (_, at) => canary.slice(at, at + half));
  return [
    ...[...forms, ...encodings(canary), ...encodings(canary.toUpperCase())].map((text) => ({ text, score: 1 })),
    ...parts.map((text) => ({ text, score: HALF_SCORE })),
  ];
}

function encodings(canary: string): string[] {
  const bytes = Buffer.from(canary);
  const base64 = Array.from({ length: BASE64_GROUP }, (_, shift) => base64Core(bytes, shift));
  const entities = [[...bytes].join(''), Array.from(bytes, (byte) => `x${byte.toString(16)}`).join('')];
  return [bytes.toString('hex'), base32Core(bytes), ...base64, ...entities];
}

/** The characters of base64 that depend on the mark alone, wherever in a longer text it began. */
function base64Core(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const first = Math.ceil((shift * 8) / 6);
  const last = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(first, last).replace(/[+/]/g, '').toLowerCase();
}

function base32Core(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: Math.floor(bits.length / 5) }, (_, at) =>
    BASE32.charAt(Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)),
  ).join('');
}

function rot13(text: string): string {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 0x61 + 13) % 26) + 0x61));
}

/** A mark is no word, so the canonical view leaves look-alikes in it. */
function lookAlikes(text: string): string {
  return text.replace(/[^\x20-\x7f]/g, (letter) => exactTwins.get(letter) ?? letter);
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
};

function unleeted(text: string): string {
  return text.replace(/[0134578-9]/g, (digit) => LEET[digit] ?? digit);
}

/** Its quarters in order, with other words between them. */
function inPieces(text: string, canary: string): { start: number; end: number; score: number } | undefined {
  const size = canary.length / QUARTERS;
  const first = canary.slice(0, size);
  for (let start = text.indexOf(first); start >= 0; start = text.indexOf(first, start + 1)) {
    let end = start + size;
    let found = 1;
    for (; found < QUARTERS; found++) {
      const next = text.slice(end, end + MAX_GAP + size).indexOf(canary.slice(found * size, (found + 1) * size));
      if (next < 0) break;
      end += next + size;
    }
    if (found === QUARTERS) return { start, end, score: PIECES_SCORE };
  }
  return undefined;
}
