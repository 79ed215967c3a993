import type { Span } from '../verdict-words.js';
import type { TextView, TextViews } from '../../text/text-views.js';
import { squeezedLetters } from './squeeze.js';
import { wordPairs, type WordPairs } from './word-pairs.js';

/** Letters of a shingle: about three words, which are enough to find pieces of a prompt. */
const SHINGLE = 16;
/** Longest prompt that is remembered; what follows is not. */
const MAX_LETTERS = 65_536;
const MULTIPLIER = 0x01000193;
/** A prompt of fewer words says nothing of its own unless it comes out whole. */
const FEW_WORDS = 8;
const FEWEST_WORDS = 5;
const WHOLE = 0.95;
/** Letters in a row, and the share of the prompt, at which the score is 0.5. */
const HALF_RUN = 72;
const HALF_SHARE = 0.35;
/** With fewer letters a share is a coincidence. */
const MIN_COVERED = 40;

export interface Overlap extends Span {
  readonly score: number;
}

/** One form of a prompt's letters, by hash of its shingles. */
interface Form {
  readonly letters: number;
  readonly positions: ReadonlyMap<number, number>;
}

/** What a system prompt is recognised by. */
export interface Fingerprint {
  readonly words: number;
  /** Forward, backward, word by word backward, rot13, and base64 at each of its three alignments. */
  readonly forms: readonly Form[];
  readonly pairs: WordPairs;
}

export function fingerprintOf(views: TextViews): Fingerprint {
  const words = views.folded.text.match(/\p{L}+/gu) ?? [];
  const letters = squeezedLetters(views.folded).text.slice(0, MAX_LETTERS);
  const bytes = Buffer.from(views.original.slice(0, MAX_LETTERS));
  const base64 = [0, 1, 2].map((skipped) => lettersOf(bytes.subarray(skipped).toString('base64')));
  const texts = [letters, backward(letters), words.map(backward).join(''), rot13(letters), ...base64];
  return { words: words.length, forms: texts.map(formOf), pairs: wordPairs(words.length < FEW_WORDS ? [] : words) };
}

/** Text of an output in the form that it is compared in; made once for all prompts. */
export function comparable(view: TextView): TextView {
  return squeezedLetters(view);
}

/** How much of a prompt an output holds; undefined = nothing to speak of. */
export function overlapOf(fingerprint: Fingerprint, output: TextView): Overlap | undefined {
  if (fingerprint.words < FEWEST_WORDS) return undefined;
  let best: Overlap | undefined;
  for (const form of fingerprint.forms) {
    const overlap = overlapWith(form, output, fingerprint.words < FEW_WORDS);
    if (overlap && overlap.score > (best?.score ?? 0)) best = overlap;
  }
  return best;
}

function overlapWith(form: Form, output: TextView, onlyWhole: boolean): Overlap | undefined {
  const seen = new Uint8Array(form.letters);
  let run = 0;
  let longest = 0;
  let first = -1;
  let last = -1;
  eachShingle(output.text, (hash, at) => {
    const position = form.positions.get(hash);
    run = position === undefined ? 0 : Math.max(SHINGLE, run + 1);
    if (position === undefined) return;
    seen.fill(1, position, position + SHINGLE);
    longest = Math.max(longest, run);
    if (first < 0) first = at;
    last = at + SHINGLE;
  });
  if (first < 0) return undefined;
  const covered = seen.reduce((sum, each) => sum + each, 0);
  const share = covered / form.letters;
  const span = output.originalSpan(first, last);
  if (share >= WHOLE) return { ...span, score: 1 };
  if (onlyWhole) return undefined;
  const byShare = covered >= MIN_COVERED ? share / (2 * HALF_SHARE) : 0;
  return { ...span, score: Math.min(1, Math.max(byShare, longest / (2 * HALF_RUN))) };
}

function formOf(text: string): Form {
  const positions = new Map<number, number>();
  eachShingle(text, (hash, at) => positions.set(hash, at));
  return { letters: text.length, positions };
}

/** Rolling hash over all shingles of a text. */
function eachShingle(text: string, visit: (hash: number, at: number) => void): void {
  let power = 1;
  for (let step = 1; step < SHINGLE; step++) power = Math.imul(power, MULTIPLIER);
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    if (at >= SHINGLE) hash = (hash - Math.imul(text.charCodeAt(at - SHINGLE), power)) | 0;
    hash = (Math.imul(hash, MULTIPLIER) + text.charCodeAt(at)) | 0;
    if (at >= SHINGLE - 1) visit(hash, at - SHINGLE + 1);
  }
}

function backward(text: string): string {
  return [...text].reverse().join('');
}

function rot13(text: string): string {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 0x61 + 13) % 26) + 0x61));
}

function lettersOf(text: string): string {
  return text.replace(/[^A-Za-z]/g, '').toLowerCase();
}
