import { ChildError } from '../child-error.js';

const MOST_RULES = 3_000;
const MOST_CHARACTERS = 262_144;
/** llama.cpp takes fewer than 2,000 repeated rules in one place. */
export const MOST_REPEATS = 1_999;
const MOST_REPEATS_TOGETHER = 20_000;

/** What of a request a grammar is made for: errors name it. */
export type Refuse = (keyword: string, why: string) => ChildError;

/** The rules of one GBNF text, of a bounded size. */
export class Gbnf {
  private readonly rules = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly uses = new Map<string, number>([['root', 1]]);
  private characters = 0;
  private repeats = 0;

  constructor(private readonly refuse: Refuse) {}

  /** A rule for this text: a new one, or the one that is there. */
  rule(name: string, text: string): string {
    const same = this.names.get(text);
    if (same) return same;
    const free = this.reserve(name);
    this.set(free, text);
    this.names.set(text, free);
    return free;
  }

  /** Keeps a name for a rule that is set later. */
  reserve(name: string): string {
    const clean = name.replaceAll(/[^a-zA-Z0-9]+/g, '-').slice(0, 40);
    const taken = this.uses.get(clean) ?? 0;
    this.uses.set(clean, taken + 1);
    return taken === 0 ? clean : this.reserve(`${clean}-${taken + 1}`);
  }

  set(name: string, text: string): void {
    this.characters += text.length - (this.rules.get(name)?.length ?? 0);
    this.rules.set(name, text);
    if (this.rules.size > MOST_RULES || this.characters > MOST_CHARACTERS) {
      throw this.refuse(
        '$schema',
        `the schema is too large: more than ${MOST_RULES} rules or ${MOST_CHARACTERS} characters`,
      );
    }
  }

  /** `item` from `min` to `max` times; what is repeated gets a rule of its own, which llama.cpp counts as one. */
  repeat(keyword: string, item: string, min: number, max: number | undefined): string {
    const most = max ?? min;
    if (most > MOST_REPEATS) throw this.refuse(keyword, `at most ${MOST_REPEATS} can be counted`);
    this.repeats += most;
    if (this.repeats > MOST_REPEATS_TOGETHER)
      throw this.refuse(keyword, `at most ${MOST_REPEATS_TOGETHER} can be counted together`);
    if (max === 0) return EMPTY;
    const atom = /^[a-zA-Z0-9-]+$|^\[(?:[^\]\\]|\\.)*\]$/.test(item) ? item : this.rule('part', item);
    if (max === undefined) return min === 0 ? `${atom}*` : min === 1 ? `${atom}+` : `${atom}{${min},}`;
    if (min === 1 && max === 1) return atom;
    return min === 0 && max === 1 ? `${atom}?` : `${atom}{${min},${max}}`;
  }

  /** The grammar with `text` as its root. */
  render(text: string): string {
    this.set('root', text);
    return [...this.rules].map(([name, body]) => `${name} ::= ${body}\n`).join('');
  }
}

/** Matches nothing but the empty text. */
export const EMPTY = '""';

/** A GBNF literal. */
export function literal(text: string): string {
  return `"${[...text].map(escapedChar).join('')}"`;
}

/** A character class of code points, both ends inside. */
export function charClass(ranges: readonly (readonly [number, number])[]): string {
  const parts = ranges.map(([from, to]) => (from === to ? classChar(from) : `${classChar(from)}-${classChar(to)}`));
  return `[${parts.join('')}]`;
}

export function anyOf(alternatives: readonly string[]): string {
  return alternatives.length === 1 ? alternatives[0]! : `( ${alternatives.join(' | ')} )`;
}

export function sequence(...parts: readonly string[]): string {
  const filled = parts.filter((part) => part !== EMPTY && part !== '');
  return filled.length === 0 ? EMPTY : filled.join(' ');
}

function escapedChar(char: string): string {
  const code = char.codePointAt(0)!;
  if (char === '"' || char === '\\') return `\\${char}`;
  return code < 0x20 || code === 0x7f ? hex(code) : char;
}

function classChar(code: number): string {
  const char = String.fromCodePoint(code);
  return /^[A-Za-z0-9 _.,:;/+@#%&*=<>!?]$/.test(char) ? char : hex(code);
}

function hex(code: number): string {
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
