import { changedPairs, EDGE, letterIndex, pairBits, pairIndex } from '../letter-pairs.js';

const rot = (letter: number) => (letter === EDGE ? EDGE : ((letter + 12) % 26) + 1);
const mirror = (letter: number) => (letter === EDGE ? EDGE : 27 - letter);

/** Columns of bits: as the text stands, and after each cipher. */
export const COLUMN = { plain: 0, rot13: 1, atbash: 2, reversed: 3 } as const;
const COLUMNS = 4;
/** A word that is none says no more than this, however long it is. */
const LEAST_BITS = -4;

const plain = changedPairs(pairBits);
const rotated = changedPairs((first, second) => pairBits(rot(first), rot(second)));
const mirrored = changedPairs((first, second) => pairBits(mirror(first), mirror(second)));
const backward = changedPairs((first, second) => pairBits(second, first));

/** ASCII units after rot13 and after atbash. */
export const rot13Units = changedUnits(rot);
export const atbashUnits = changedUnits(mirror);

function changedUnits(change: (letter: number) => number): Uint8Array {
  return Uint8Array.from({ length: 0x80 }, (_, code) => {
    const letter = letterIndex(code);
    return letter === EDGE ? code : (code & 0x60) | change(letter);
  });
}

/** Beside a word: it is a piece of a key, a hash or an encoding, and says nothing. */
function isData(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return false;
  const unit = text.charCodeAt(at);
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x2b || unit === 0x3d || unit === 0x5f;
}

/** The runs of ASCII letters of a text, and how much each speaks for English as it stands and after ciphers. */
export class CipherWords {
  readonly count: number;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #bits: Float32Array;

  constructor(text: string) {
    const most = (text.length >> 1) + 1;
    this.#starts = new Int32Array(most);
    this.#ends = new Int32Array(most);
    this.#bits = new Float32Array(most * COLUMNS);
    this.count = this.#read(text);
  }

  start(word: number): number {
    return this.#starts[word]!;
  }

  end(word: number): number {
    return this.#ends[word]!;
  }

  bits(word: number, column: number): number {
    return this.#bits[word * COLUMNS + column]!;
  }

  #read(text: string): number {
    const { length } = text;
    const bits = this.#bits;
    let count = 0;
    for (let at = 0; at < length; at++) {
      let letter = letterIndex(text.charCodeAt(at));
      if (letter === EDGE) continue;
      this.#starts[count] = at;
      let sum = 0;
      let rotatedSum = 0;
      let mirroredSum = 0;
      let backwardSum = 0;
      for (let previous = EDGE; ; letter = ++at < length ? letterIndex(text.charCodeAt(at)) : EDGE) {
        const pair = pairIndex(previous, letter);
        sum += plain[pair]!;
        rotatedSum += rotated[pair]!;
        mirroredSum += mirrored[pair]!;
        backwardSum += backward[pair]!;
        previous = letter;
        if (letter === EDGE) break;
      }
      this.#ends[count] = at;
      const row = count++ * COLUMNS;
      if (isData(text, this.#starts[count - 1]! - 1) || isData(text, at)) continue;
      bits[row + COLUMN.plain] = Math.max(LEAST_BITS, sum);
      bits[row + COLUMN.rot13] = Math.max(LEAST_BITS, rotatedSum);
      bits[row + COLUMN.atbash] = Math.max(LEAST_BITS, mirroredSum);
      bits[row + COLUMN.reversed] = Math.max(LEAST_BITS, backwardSum);
    }
    return count;
  }
}
