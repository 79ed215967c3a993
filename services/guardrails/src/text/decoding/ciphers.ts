import { changedPairs, EDGE, letterIndex, pairBits } from '../letter-pairs.js';
import { readsAsEnglish } from '../language.js';
import { MappedText } from '../mapped-text.js';
import type { TextView } from '../text-views.js';
import type { Decoding } from './decoder.js';

interface Cipher {
  readonly encoding: string;
  /** Bits for the decoded pair minus bits for the pair as it stands. */
  readonly gain: Float32Array;
  readonly decode: (text: string) => string;
  readonly backwards: boolean;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

const KINDS = 27;
const LETTER = /[A-Za-z]/g;
const rot = (letter: number) => (letter === EDGE ? EDGE : ((letter + 12) % 26) + 1);
const mirror = (letter: number) => (letter === EDGE ? EDGE : 27 - letter);

function onLetters(change: (letter: number) => number): (text: string) => string {
  return (text) =>
    text.replace(LETTER, (letter) => {
      const code = letter.charCodeAt(0);
      return String.fromCharCode((code & 0x60) | change(letterIndex(code)));
    });
}

const CIPHERS: readonly Cipher[] = [
  {
    encoding: 'rot13',
    gain: changedPairs((a, b) => pairBits(rot(a), rot(b))),
    decode: onLetters(rot),
    backwards: false,
  },
  {
    encoding: 'atbash',
    gain: changedPairs((a, b) => pairBits(mirror(a), mirror(b))),
    decode: onLetters(mirror),
    backwards: false,
  },
  {
    encoding: 'reversed',
    gain: changedPairs((a, b) => pairBits(b, a)),
    decode: (text) => [...text].reverse().join(''),
    backwards: true,
  },
];

/** Bits by which a stretch has to read better decoded than as it stands. */
const MIN_GAIN = 28;
/** A stretch ends where it has lost so many bits again. */
const MAX_LOSS = 30;

/** Stretches of words that read like English only after a change of their letters or of their direction. */
export function* decodeCiphers(source: TextView, room: number): Iterable<Decoding> {
  const letters = lettersOf(source.text);
  for (const cipher of CIPHERS) {
    for (const { start, end } of stretches(letters, cipher.gain)) {
      if (end - start > room) continue;
      const text = cipher.decode(source.text.slice(start, end));
      if (!readsAsEnglish(text)) continue;
      const view = new MappedText(text, source, (from, to) =>
        cipher.backwards ? { start: end - to, end: end - from } : { start: start + from, end: start + to },
      );
      yield { encoding: cipher.encoding, view, certain: true, last: true };
    }
  }
}

function lettersOf(text: string): Uint8Array {
  const letters = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) letters[at] = letterIndex(text.charCodeAt(at));
  return letters;
}

/** Word by word, the stretches with the highest gain. */
function* stretches(letters: Uint8Array, gain: Float32Array): Iterable<Stretch> {
  let start = 0;
  let sum = 0;
  let best = 0;
  let bestEnd = 0;
  let previous = EDGE;
  for (let at = 0; at <= letters.length; at++) {
    const letter = letters[at] ?? EDGE;
    if (letter !== EDGE || previous !== EDGE) sum += gain[previous * KINDS + letter]!;
    const wordEnds = previous !== EDGE && letter === EDGE;
    previous = letter;
    if (!wordEnds && at < letters.length) continue;
    if (sum > best) {
      best = sum;
      bestEnd = at;
    }
    if (sum > 0 && sum > best - MAX_LOSS && at < letters.length) continue;
    if (best >= MIN_GAIN) yield { start, end: bestEnd };
    start = at + 1;
    sum = best = 0;
  }
}
