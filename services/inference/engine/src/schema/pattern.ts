import { anyOf, EMPTY, MOST_REPEATS, sequence, type Gbnf } from './gbnf.js';
import { complement, DIGIT, merged, NOT_NEWLINE, setRule, SPACE, WORD, type Ranges } from './character-set.js';

/** A regular expression as far as a grammar can follow it. */
export type Pattern =
  | { readonly kind: 'set'; readonly ranges: Ranges }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number | undefined };

/** One alternative of the whole expression, and which of its ends are tied to the ends of the text. */
export interface Anchored {
  readonly pattern: Pattern;
  readonly start: boolean;
  readonly end: boolean;
}

export class PatternError extends Error {}

const CLASSES: Readonly<Record<string, Ranges>> = {
  d: DIGIT,
  w: WORD,
  s: SPACE,
  D: complement(DIGIT),
  W: complement(WORD),
  S: complement(SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const MOST_DEPTH = 32;

/** @throws PatternError where the expression is none or goes beyond what a grammar can say. */
export function parsePattern(source: string): Anchored[] {
  return new PatternParser(source).parse();
}

/** How many characters a pattern matches; no `max` = without end. */
export function lengthOf(pattern: Pattern): { min: number; max: number | undefined } {
  switch (pattern.kind) {
    case 'set':
      return { min: 1, max: 1 };
    case 'sequence':
      return pattern.parts
        .map(lengthOf)
        .reduce((sum, part) => ({ min: sum.min + part.min, max: plus(sum.max, part.max) }), {
          min: 0,
          max: 0,
        });
    case 'choice': {
      const lengths = pattern.options.map(lengthOf);
      const maxima = lengths.map(({ max }) => max ?? Infinity);
      const max = Math.max(...maxima);
      return { min: Math.min(...lengths.map(({ min }) => min)), max: max === Infinity ? undefined : max };
    }
    case 'repeat': {
      const { min, max } = lengthOf(pattern.part);
      const most = max === 0 ? 0 : max === undefined || pattern.max === undefined ? undefined : max * pattern.max;
      return { min: min * pattern.min, max: most };
    }
  }
}

/** The text of a JSON string that matches. */
export function patternRule(pattern: Pattern, gbnf: Gbnf): string {
  switch (pattern.kind) {
    case 'set': {
      const rule = setRule(pattern.ranges);
      if (!rule) throw new PatternError('it has a set without a character that JSON writes plainly');
      return rule;
    }
    case 'sequence':
      return sequence(...pattern.parts.map((part) => patternRule(part, gbnf)));
    case 'choice':
      return anyOf(pattern.options.map((option) => patternRule(option, gbnf)));
    case 'repeat': {
      const part = patternRule(pattern.part, gbnf);
      return part === EMPTY ? EMPTY : gbnf.repeat('pattern', part, pattern.min, pattern.max);
    }
  }
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

class PatternParser {
  private at = 0;
  private depth = 0;
  private readonly chars: readonly string[];

  constructor(source: string) {
    this.chars = [...source];
  }

  parse(): Anchored[] {
    const alternatives: Anchored[] = [];
    do {
      const start = this.take('^');
      const pattern = this.sequence();
      alternatives.push({ pattern, start, end: this.take('$') });
    } while (this.take('|'));
    if (this.at < this.chars.length) throw this.unknown();
    return alternatives;
  }

  private choice(): Pattern {
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  private sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.at < this.chars.length && !'|)$'.includes(this.chars[this.at]!)) parts.push(this.repeated());
    return { kind: 'sequence', parts };
  }

  private repeated(): Pattern {
    const part = this.atom();
    const count = this.quantifier();
    if (!count) return part;
    // A lazy quantifier matches the same texts.
    this.take('?');
    const { min, max } = count;
    if (max === undefined && lengthOf(part).min === 0)
      throw new PatternError('what is repeated without end may be empty');
    if (Math.max(min, max ?? 0) > MOST_REPEATS) throw new PatternError(`it repeats more than ${MOST_REPEATS} times`);
    return { kind: 'repeat', part, min, max };
  }

  private quantifier(): { min: number; max: number | undefined } | undefined {
    if (this.take('*')) return { min: 0, max: undefined };
    if (this.take('+')) return { min: 1, max: undefined };
    if (this.take('?')) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,6})(?:(,)(\d{1,6})?)?\}/.exec(this.chars.slice(this.at, this.at + 16).join(''));
    if (!counted) return undefined;
    this.at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] ? (counted[3] ? Number(counted[3]) : undefined) : min;
    if (max !== undefined && max < min) throw new PatternError('its repetition ends before it begins');
    return { min, max };
  }

  private atom(): Pattern {
    const char = this.chars[this.at++]!;
    if (char === '(') return this.group();
    if (char === '[') return { kind: 'set', ranges: this.set() };
    if (char === '.') return { kind: 'set', ranges: NOT_NEWLINE };
    if (char === '\\') return { kind: 'set', ranges: this.escape() };
    if ('^*+?{}]'.includes(char)) {
      this.at--;
      throw this.unknown();
    }
    return { kind: 'set', ranges: single(char.codePointAt(0)!) };
  }

  private group(): Pattern {
    const extension = /^\?(?::|<[A-Za-z_]\w*>)/.exec(this.chars.slice(this.at, this.at + 64).join(''));
    if (extension) this.at += extension[0].length;
    else if (this.chars[this.at] === '?') throw new PatternError('it looks ahead or behind');
    if (++this.depth > MOST_DEPTH) throw new PatternError('its groups are nested too deep');
    const pattern = this.choice();
    this.depth--;
    if (!this.take(')')) throw this.unknown();
    return pattern;
  }

  private set(): Ranges {
    const negated = this.take('^');
    const ranges: (readonly [number, number])[] = [];
    while (!this.take(']')) {
      const low = this.member();
      if (this.chars[this.at] !== '-' || this.chars[this.at + 1] === ']') {
        ranges.push(...low);
        continue;
      }
      this.at++;
      ranges.push(between(low, this.member()));
    }
    const all = merged(ranges);
    if (all.length === 0) throw new PatternError('it has an empty set');
    return negated ? complement(all) : all;
  }

  private member(): Ranges {
    const char = this.chars[this.at++];
    if (char === undefined) throw new PatternError('it has a set without an end');
    if (char !== '\\') return single(char.codePointAt(0)!);
    if (this.chars[this.at] !== 'b') return this.escape();
    this.at++;
    return single(8);
  }

  private escape(): Ranges {
    const char = this.chars[this.at++];
    if (char === undefined) throw this.unknown();
    const known = CLASSES[char];
    if (known) return known;
    const control = CONTROLS[char];
    if (control !== undefined) return single(control);
    if (char === 'x' || char === 'u') return this.codePoint(char === 'x' ? 2 : 4);
    if (/[A-Za-z0-9]/.test(char)) throw new PatternError(`it uses \\${char}`);
    return single(char.codePointAt(0)!);
  }

  private codePoint(digits: number): Ranges {
    const text = this.chars.slice(this.at, this.at + digits).join('');
    const code = Number.parseInt(text, 16);
    if (!/^[0-9a-fA-F]+$/.test(text) || text.length < digits || (code >= 0xd800 && code <= 0xdfff))
      throw this.unknown();
    this.at += digits;
    return single(code);
  }

  private take(char: string): boolean {
    if (this.chars[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private unknown(): PatternError {
    return new PatternError(`character ${this.at + 1} is not understood`);
  }
}

function single(code: number): Ranges {
  return [[code, code]];
}

function between(low: Ranges, high: Ranges): readonly [number, number] {
  const [from, to] = [low[0]![0], high[0]![0]];
  const isRange = low.length === 1 && high.length === 1 && low[0]![1] === from && high[0]![1] === to && from <= to;
  if (!isRange) throw new PatternError('it has a range that is none');
  return [from, to];
}
