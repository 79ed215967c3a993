import { SKIP } from '../../pattern/alphabet.js';
import type { Match } from '../detector-slot.js';
import type { SymbolReader } from '../reading/symbol-reader.js';

/** All tails over the same characters: those that still grow end at the same place. */
interface Run {
  readonly tail: Uint8Array;
  end: number;
}

/** Values that go on: characters behind them that belong to them, however many there are. */
export class GrowingTails {
  readonly #reader: SymbolReader;
  readonly #steps: Int8Array;
  #runs: Run[] = [];

  /** @param steps by class: SKIP for what nobody sees, which does not end a tail. */
  constructor(reader: SymbolReader, steps: Int8Array) {
    this.#reader = reader;
    this.#steps = steps;
  }

  /** Tails that grow apart from each other: no more than detectors have sets for them, however many values there are. */
  get size(): number {
    return this.#runs.length;
  }

  /** A character is read, `symbol` is the class of its last unit. Its own values are followed afterwards. */
  grow(symbol: number, to: number): void {
    this.#runs = this.#runs.filter((run) => this.#fits(run.tail, symbol));
    for (const run of this.#runs) run.end = to;
  }

  /**
   * The match with its tail, for as long as that grows.
   * @param read what was read behind the value: it belongs to the tail as far as it fits.
   */
  follow(match: Match, tail: Uint8Array, read: string): Match {
    let { end } = match;
    for (let index = 0; index < read.length;) {
      const symbols = this.#reader.at(read, index, true)!;
      if (!this.#fits(tail, symbols.at(-1)!)) return { ...match, end };
      index += symbols.length;
      end += symbols.length;
    }
    let run = this.#runs.find((other) => other.tail === tail);
    if (!run) this.#runs.push((run = { tail, end }));
    return growing(match, run);
  }

  clear(): void {
    this.#runs = [];
  }

  #fits(tail: Uint8Array, symbol: number): boolean {
    return tail[symbol] === 1 || this.#steps[symbol] === SKIP;
  }
}

function growing({ detector, start, value, score }: Match, run: Run): Match {
  return {
    detector,
    start,
    value,
    score,
    get end() {
      return run.end;
    },
  };
}
