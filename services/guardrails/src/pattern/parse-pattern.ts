import { WeirError } from '@weir/errors';
import { CharSet, DIGIT, SPACE, WORD } from './char-set.js';

/** Syntax tree of a pattern. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

const MAX_REPEAT = 512;
const ESCAPES: Readonly<Record<string, CharSet>> = {
  d: DIGIT,
  w: WORD,
  s: SPACE,
  D: DIGIT.complement(),
  W: WORD.complement(),
  S: SPACE.complement(),
  n: CharSet.of([10, 10]),
  r: CharSet.of([13, 13]),
  t: CharSet.of([9, 9]),
};

/**
 * Reads a regular expression without anchors, look-around, back-references or captures: literals, `.`, `[...]`, `\d \w \s`,
 * `(...)`, `|`, `? * + {m} {m,} {m,n}`. What it reads can be matched in linear time.
 * @throws WeirError `invalid_configuration` naming the place.
 */
export function parsePattern(source: string, options: { readonly ignoreCase?: boolean } = {}): PatternNode {
  return new PatternParser(source, options.ignoreCase ?? false).parse();
}

class PatternParser {
  readonly #source: string;
  readonly #ignoreCase: boolean;
  #at = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  parse(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw this.#wrong('unexpected character');
    return node;
  }

  #choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
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
    const counts = /^\{(\d+)(,?)(\d*)\}/.exec(this.#source.slice(this.#at));
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
    if (this.#take('[')) return this.#set(this.#bracket());
    if (this.#take('.')) return this.#set(CharSet.of([10, 10]).complement());
    if (this.#take('\\')) return this.#set(this.#escape());
    const char = this.#next();
    if ('*+?{}^$'.includes(char)) throw this.#wrong(`"${char}" has nothing to stand for`);
    return this.#set(this.#literal(char));
  }

  #bracket(): CharSet {
    const negated = this.#take('^');
    let set = CharSet.of();
    for (let first = true; first || this.#source[this.#at] !== ']'; first = false) {
      const escaped = this.#take('\\');
      if (escaped && ESCAPES[this.#source[this.#at] ?? '']) {
        set = set.union(this.#escape());
        continue;
      }
      const from = this.#literalCode(this.#next());
      const ranged = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      if (ranged) this.#at += 1;
      const to = ranged ? this.#literalCode(this.#next()) : from;
      if (to < from) throw this.#wrong('range out of order');
      set = set.union(CharSet.of([from, to]));
    }
    this.#at += 1;
    return negated ? set.complement() : set;
  }

  #escape(): CharSet {
    const char = this.#next();
    return ESCAPES[char] ?? this.#literal(char);
  }

  #literal(char: string): CharSet {
    const code = this.#literalCode(char);
    return CharSet.of([code, code]);
  }

  #literalCode(char: string): number {
    const code = char.charCodeAt(0);
    if (code > 127) throw this.#wrong('only ASCII characters can be matched one by one');
    return code;
  }

  #set(set: CharSet): PatternNode {
    return { kind: 'set', set: this.#ignoreCase ? set.ignoringCase() : set };
  }

  #take(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #next(): string {
    const char = this.#source[this.#at];
    if (char === undefined) throw this.#wrong('unexpected end');
    this.#at += 1;
    return char;
  }

  #wrong(what: string): WeirError {
    return new WeirError('invalid_configuration', `Pattern ${JSON.stringify(this.#source)} at ${this.#at}: ${what}.`);
  }
}
