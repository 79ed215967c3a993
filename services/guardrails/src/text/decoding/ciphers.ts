import { holdsEnglish } from '../language.js';
import { MappedText } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import { UnitText } from '../unit-text.js';
import { atbashUnits, CipherWords, COLUMN, rot13Units } from './cipher-words.js';
import type { Decoding } from './decoder.js';
import { reverse, reversedWords, wordsInPlace } from './reversed.js';

interface Cipher {
  readonly encoding: string;
  readonly column: number;
  readonly decode: (text: string, start: number, end: number) => string;
  readonly backwards: boolean;
}

/** A part of the text and the words in it: `to` is the word after the last one. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

const CIPHERS: readonly Cipher[] = [
  { encoding: 'rot13', column: COLUMN.rot13, decode: exchange(rot13Units), backwards: false },
  { encoding: 'atbash', column: COLUMN.atbash, decode: exchange(atbashUnits), backwards: false },
  { encoding: 'reversed', column: COLUMN.reversed, decode: reverse, backwards: true },
];

/** Bits by which a stretch has to read better decoded than as it stands. */
const MIN_GAIN = 26;
/** A stretch ends where it has lost so many bits again. */
const MAX_LOSS = 30;
/** So many bits for English as it stands: somebody wrote that in the clear. */
const CLEAR = 12;
/** Bits per letter below which nobody has to read the stretch. */
const MIN_MEAN = 0.25;

/**
 * Stretches of words that read like English only after a change of their letters or of their direction, as far as
 * nobody could read the text around them either: numbers, signs and names belong to what was changed.
 */
export function* decodeCiphers(source: TextView, room: number): Iterable<Decoding> {
  const { text } = source;
  const words = new CipherWords(text);
  for (const cipher of CIPHERS) {
    let taken = 0;
    for (const core of stretches(words, cipher.column)) {
      if (core.from < taken) continue;
      if (core.end - core.start > room || meanBits(words, core, cipher.column) < MIN_MEAN) continue;
      if (!holdsEnglish(cipher.decode(text, core.start, core.end))) continue;
      const whole = widened(text, words, core, cipher.column);
      taken = whole.to;
      const { start, end } = whole.end - whole.start > room ? core : whole;
      const inPlace = cipher.backwards && wordsInPlace(text.slice(start, end));
      const encoding = inPlace ? 'reversed-words' : cipher.encoding;
      const view = inPlace ? reversedWords(source, start, end) : decodedPart(source, cipher, start, end);
      yield { encoding, view, certain: true, cipher: true };
    }
  }
}

function decodedPart(source: TextView, cipher: Cipher, start: number, end: number): TextView {
  return new MappedText(cipher.decode(source.text, start, end), source, (from, to) =>
    cipher.backwards ? { start: end - to, end: end - from } : { start: start + from, end: start + to },
  );
}

function exchange(units: Uint8Array): (text: string, start: number, end: number) => string {
  return (text, start, end) => {
    const changed = new UnitText(end - start);
    for (let at = start; at < end; at++) {
      const unit = text.charCodeAt(at);
      changed.put(unit < 0x80 ? units[unit]! : unit);
    }
    return changed.read();
  };
}

/** The stretches with the highest gain. */
function stretches(words: CipherWords, column: number): Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  let sum = 0;
  let best = 0;
  let to = 0;
  for (let word = 0; word <= words.count; word++) {
    const ended = word === words.count;
    if (!ended) sum += words.bits(word, column) - words.bits(word, COLUMN.plain);
    if (!ended && sum > best) {
      best = sum;
      to = word + 1;
    }
    if (!ended && sum > 0 && sum > best - MAX_LOSS) continue;
    if (best >= MIN_GAIN) found.push({ from, to, start: words.start(from), end: words.end(to - 1) });
    from = word + 1;
    sum = best = 0;
  }
  return found;
}

function meanBits(words: CipherWords, { from, to }: Stretch, column: number): number {
  let bits = 0;
  let letters = 0;
  for (let word = from; word < to; word++) {
    bits += words.bits(word, column);
    letters += words.end(word) - words.start(word) + 1;
  }
  return bits / letters;
}

function widened(text: string, words: CipherWords, core: Stretch, column: number): Stretch {
  const from = clearWord(words, core.from - 1, -1, column) + 1;
  const to = clearWord(words, core.to, 1, column);
  const start = from === 0 ? 0 : words.start(from);
  const end = to === words.count ? text.length : words.end(to - 1);
  return { from, to, start, end };
}

/** The first word in a direction from which on the text is English as it stands; -1 or the number of words = none is. */
function clearWord(words: CipherWords, first: number, step: 1 | -1, column: number): number {
  let sum = 0;
  let clear = first;
  for (let word = first; word >= 0 && word < words.count; word += step) {
    if (sum === 0) clear = word;
    sum = Math.max(0, sum + words.bits(word, COLUMN.plain) - Math.max(0, words.bits(word, column)));
    if (sum >= CLEAR) return clear;
  }
  return step < 0 ? -1 : words.count;
}
