import { WeirError } from '@weir/errors';
import { CharSet, DIGIT, SPACE, WORD } from './char-set.js';

/** Syntax tree of a pattern. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

export interface PatternOptions {
  readonly ignoreCase?: boolean;
  /** What a character is read as (a code unit, or itself); literals of the pattern are then read in the same way. */
  readonly fold?: (codePoint: number) => number;
}

const MAX_REPEAT = 512;
const MAX_DEPTH = 64;
/** A larger range means "whatever is out there", not the look of its characters: it is not folded. */
const MAX_FOLDED_RANGE = 256;
const ESCAPES: ReadonlyMap<string, CharSet> = new Map([
  ['d', DIGIT],
  ['w', WORD],
  ['s', SPACE],
  ['D', DIGIT.complement()],
  ['W', WORD.complement()],
  ['S', SPACE.complement()],
]);
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['f', 12],
  ['v', 11],
]);
const CODES = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\})/i;

/**
 * Reads a regular expression without anchors, look-around, back-references or captures: literals of any script, `.`,
 * `[...]`, `\d \w \s` (ASCII), `\xHH \uHHHH \u{H…}`, `(...)`, `|`, `? * + {m} {m,} {m,n}`. What it reads can be matched in
 * linear time.
 * @throws WeirError `invalid_configuration` naming the place.
 */
export function parsePattern(source: string, options: PatternOptions = {}): PatternNode {
  return new PatternParser(source, options).parse();
}

/** The most code units that a pattern can match. */
export function longestMatch(node: PatternNode): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + longestMatch(part), 0);
    case 'choice':
      return node.options.reduce((most, option) => Math.max(most, longestMatch(option)), 0);
    case 'repeat':
      return node.max === 0 ? 0 : longestMatch(node.part) * node.max;
  }
}

class PatternParser {
  readonly #source: string;
  readonly #ignoreCase: boolean;
  readonly #fold: (codePoint: number) => number;
  #at = 0;
  #depth = 0;

  constructor(source: string, options: PatternOptions) {
    this.#source = source;
    this.#ignoreCase = options.ignoreCase ?? false;
    this.#fold = options.fold ?? ((codePoint) => codePoint);
  }

  parse(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw this.#wrong('unexpected character');
    return node;
  }

  #choice(): PatternNode {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#wrong('groups are nested too deeply');
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#depth -= 1;
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!)) parts.push(this.#repeated());
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #repeated(): PatternNode {
    const part = this.#atom();
    if (this.#take('?')) return { kind: 'repeat', part, min: 0, max: 1 };
    if (this.#take('*')) return { kind: 'repeat', part, min: 0, max: Infinity };
    if (this.#take('+')) return { kind: 'repeat', part, min: 1, max: Infinity };
    const counts = /^\{(\d+)(,?)(\d*)\}/.exec(this.#source.slice(this.#at, this.#at + 16));
    if (!counts) return part;
    this.#at += counts[0].length;
    const min = Number(counts[1]);
    const max = counts[2] ? (counts[3] ? Number(counts[3]) : Infinity) : min;
    if (min > MAX_REPEAT || (max !== Infinity && (max > MAX_REPEAT || max < min))) throw this.#wrong('repeat count');
    return { kind: 'repeat', part, min, max };
  }

  #atom(): PatternNode {
    if (this.#take('(')) {
      if (this.#take('?') && !this.#take(':')) throw this.#wrong('look-around and flags are not supported');
      const node = this.#choice();
      if (!this.#take(')')) throw this.#wrong('missing )');
      return node;
    }
    if (this.#take('[')) return { kind: 'set', set: this.#bracket() };
    if (this.#take('.')) return { kind: 'set', set: CharSet.of([10, 10]).complement() };
    const next = this.#source[this.#at];
    if (next !== undefined && '*+?{}^$'.includes(next)) throw this.#wrong(`"${next}" has nothing to stand for`);
    const set = this.#classEscape();
    return set ? { kind: 'set', set } : this.#literal(this.#codePoint());
  }

  #literal(codePoint: number): PatternNode {
    const read = this.#fold(codePoint);
    if (read <= 0xffff) return { kind: 'set', set: this.#setOf(read, read) };
    const units = String.fromCodePoint(read);
    const parts = [0, 1].map((at) => ({ kind: 'set', set: CharSet.of(unitRange(units.charCodeAt(at))) }) as const);
    return { kind: 'sequence', parts };
  }

  #bracket(): CharSet {
    const negated = this.#take('^');
    let set = CharSet.of();
    for (let first = true; first || this.#source[this.#at] !== ']'; first = false) {
      const escaped = this.#classEscape();
      set = set.union(escaped ?? this.#range());
    }
    this.#at += 1;
    return negated ? set.complement() : set;
  }

  #range(): CharSet {
    const from = this.#codePoint();
    const ranged = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
    if (ranged) this.#at += 1;
    const to = ranged ? this.#codePoint() : from;
    if (to < from) throw this.#wrong('range out of order');
    if (to > 0xffff) throw this.#wrong('brackets hold no characters beyond U+FFFF');
    return this.#setOf(from, to);
  }

  #setOf(from: number, to: number): CharSet {
    const set = CharSet.of([from, to]);
    const cased = this.#ignoreCase ? set.ignoringCase() : set;
    return to - from < MAX_FOLDED_RANGE ? cased.mapped(this.#fold) : cased;
  }

  /** A backslash with the letter of a set, such as `\d`. */
  #classEscape(): CharSet | undefined {
    if (this.#source[this.#at] !== '\\') return undefined;
    const set = ESCAPES.get(this.#source[this.#at + 1] ?? '');
    if (set) this.#at += 2;
    return set;
  }

  #codePoint(): number {
    if (!this.#take('\\')) return this.#next();
    const codes = CODES.exec(this.#source.slice(this.#at, this.#at + 10));
    if (codes) {
      this.#at += codes[0].length;
      const code = Number.parseInt(codes[1] ?? codes[2] ?? codes[3]!, 16);
      if (code > 0x10ffff) throw this.#wrong('no such character');
      return code;
    }
    const code = this.#next();
    const char = String.fromCodePoint(code);
    const control = CONTROLS.get(char);
    if (control === undefined && /[a-z0-9]/i.test(char)) throw this.#wrong(`"\\${char}" is not supported`);
    return control ?? code;
  }

  #take(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #next(): number {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw this.#wrong('unexpected end');
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #wrong(what: string): WeirError {
    return new WeirError('invalid_configuration', `Pattern ${JSON.stringify(this.#source)} at ${this.#at}: ${what}.`);
  }
}

function unitRange(unit: number): readonly [number, number] {
  return [unit, unit];
}
